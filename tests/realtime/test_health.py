"""What /readyz says of a process that lacks something."""

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from realtime import database, health, heartbeat, lifecycle, redis
from realtime.health import Fault, faults
from realtime.models import Heartbeat

pytestmark = pytest.mark.django_db(transaction=True)

NO_WORKER: Fault = {"what": "worker", "detail": "no process has worked in the background lately"}


@pytest.fixture(autouse=True)
async def unasked(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """A process that just started, beside a worker elsewhere."""
    monkeypatch.setattr(health, "_migrated", False)
    monkeypatch.setattr(heartbeat, "_beat_here", float("-inf"))
    monkeypatch.setattr(lifecycle, "_stopping", False)
    await Heartbeat.objects.acreate(node="elsewhere", seen_at=timezone.now())
    yield
    await redis.stop()


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


async def test_migrated_database_with_a_worker_is_ready() -> None:
    assert await faults() == []
    assert await faults() == []


async def test_unapplied_migrations_are_named() -> None:
    newest = ("realtime", "0002_stage_tallies")
    await database.run(MigrationRecorder(connection).record_unapplied, *newest)
    try:
        detail = "realtime.0002_stage_tallies is not applied"
        assert await faults() == [{"what": "migrations", "detail": detail}]
    finally:
        await database.run(MigrationRecorder(connection).record_applied, *newest)
    assert await faults() == []


async def test_process_that_ends_is_not_ready() -> None:
    lifecycle.begin_stop()
    assert await faults() == [{"what": "process", "detail": "it is ending"}]


async def test_silent_database_is_told_within_its_deadline() -> None:
    free = threading.Event()
    stuck = [asyncio.ensure_future(database.run(free.wait)) for _ in range(database.ANSWERS.size)]
    began = time.monotonic()
    try:
        assert await faults() == [{"what": "database", "detail": "no answer within 2 s"}]
        assert time.monotonic() - began < 3
    finally:
        free.set()
        await asyncio.gather(*stuck)
    assert await faults() == []


async def test_without_a_worker_seen_lately_nothing_is_ready() -> None:
    await Heartbeat.objects.all().aupdate(seen_at=timezone.now() - timedelta(seconds=50))
    assert await faults() == [NO_WORKER]
    await Heartbeat.objects.all().aupdate(seen_at=timezone.now() - timedelta(seconds=30))
    assert await faults() == []


async def test_process_that_works_itself_needs_no_other() -> None:
    await Heartbeat.objects.all().adelete()
    assert await faults() == [NO_WORKER]
    await heartbeat.beat()
    assert await faults() == []


async def test_redis_is_asked_where_it_is_set(redis_url: str, settings: Any) -> None:
    settings.REDIS_URL = redis_url
    assert await faults() == []


async def test_dead_redis_is_named_without_its_address(settings: Any) -> None:
    settings.REDIS_URL = "redis://:hush@127.0.0.1:1/0"
    assert await faults() == [{"what": "redis", "detail": "it does not answer"}]


async def test_silent_redis_is_told_within_its_deadline(silent_port: int, settings: Any) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{silent_port}/0"
    began = time.monotonic()
    assert await faults() == [{"what": "redis", "detail": "it does not answer"}]
    assert time.monotonic() - began < 2
