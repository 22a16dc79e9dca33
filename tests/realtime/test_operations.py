"""The paths that watchers ask, in front of everything else."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from realtime import process
from realtime.operations import Operations
from tests.live_server import LiveServer

NewServer = Callable[..., LiveServer]


async def elsewhere(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 418, "headers": []})
    await send({"type": "http.response.body", "body": scope["path"].encode()})


async def ask(path: str, method: str = "GET") -> tuple[int, bytes]:
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await Operations(elsewhere)({"type": "http", "path": path, "method": method, "headers": []}, None, send)
    return sent[0]["status"], sent[1]["body"]


async def test_process_lives() -> None:
    assert await ask("/healthz") == (200, b"ok\n")
    assert await ask("/healthz", "HEAD") == (200, b"")
    assert await ask("/healthz", "POST") == (405, b"GET only\n")


async def test_other_paths_are_the_applications() -> None:
    for path in ("/", "/healthz/", "/ops/healthz"):
        assert await ask(path) == (418, path.encode())


@pytest.mark.django_db(transaction=True)
async def test_readyz_says_what_is_missing(settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    try:
        status, body = await ask("/readyz")
    finally:
        await process.stop()
    answer = msgspec.json.decode(body)
    assert (status, answer["ready"]) == (503, False)
    assert {"what": "redis", "detail": "ConnectionError"} in answer["missing"]


def test_probes_by_address_are_answered_whatever_hosts_are_allowed(new_server: NewServer) -> None:
    server = new_server(FLINT_HOSTS="flint.example.com")
    by_address = {"Host": "10.1.2.3:8000"}
    assert server.get("/healthz", by_address) == (200, "ok\n")
    assert server.get("/readyz", by_address) == (200, '{"ready":true}')
    assert server.get("/ops/login/", by_address)[0] == 400
