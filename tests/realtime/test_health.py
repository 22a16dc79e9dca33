"""/healthz and /readyz."""

import json
from collections.abc import Iterator

import pytest
from django.test import AsyncRequestFactory

from realtime import health, lifecycle
from realtime.health import healthz, readyz

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def unasked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(health, "_migrated", False)
    monkeypatch.setattr(lifecycle, "_stopping", False)
    return


async def ask() -> tuple[int, object]:
    response = await readyz(AsyncRequestFactory().get("/readyz"))
    return response.status_code, json.loads(response.content)


async def test_process_lives() -> None:
    response = await healthz(AsyncRequestFactory().get("/healthz"))
    assert (response.status_code, response.content) == (200, b"ok\n")


async def test_migrated_database_is_ready() -> None:
    assert await ask() == (200, {"ready": True})
    assert await ask() == (200, {"ready": True})


async def test_unapplied_migrations_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_unapplied_migrations", lambda: ["games.0002_more"])
    missing = [{"what": "migrations", "detail": "games.0002_more is not applied"}]
    assert await ask() == (503, {"ready": False, "missing": missing})


async def test_process_that_ends_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "_stopping", True)
    assert await ask() == (503, {"ready": False, "missing": [{"what": "process", "detail": "it is ending"}]})


async def test_silent_database_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    free = threading.Event()
    monkeypatch.setattr(health, "PATIENCE", 0.05)
    monkeypatch.setattr(health, "_unapplied_migrations", lambda: free.wait(5) and [])
    missing = [{"what": "database", "detail": "no answer within 0.05 s"}]
    assert await ask() == (503, {"ready": False, "missing": missing})
    free.set()
