"""`manage.py serve --processes 2` as an installation runs it, on PostgreSQL and Redis."""

import asyncio
import os
import signal
from collections.abc import Callable

import pytest

from tests.live_server import LiveServer
from tests.realtime.storm import Storm
from tests.realtime.supervised import RELOADED, alive, children_of, until

pytestmark = pytest.mark.postgresql

NewServer = Callable[..., LiveServer]
RELOADS = int(os.environ.get("RELOADS", "2"))  # `make test RELOADS=10 ARGS=…` for longer, and harder
CONNECTS_A_SECOND = 100 if "RELOADS" in os.environ else 30


async def reload(server: LiveServer) -> None:
    before = server.log().count(RELOADED)
    os.kill(server.pid, signal.SIGHUP)
    await until(lambda: server.log().count(RELOADED) > before, server.log)


async def test_reloads_under_a_storm_of_connects_lose_nobody(new_server: NewServer) -> None:
    server = new_server(options=("--processes", "2"))
    async with Storm(server.url(), CONNECTS_A_SECOND) as storm:
        for _ in range(RELOADS):
            await reload(server)
            before = storm.connects
            await until(lambda before=before: storm.connects >= before + CONNECTS_A_SECOND)
    print(f"{RELOADS} reloads, {storm.connects} connects, {storm.sent_back} sent back")
    assert storm.lost == [], server.log()[-4000:]
    assert storm.sent_back > 0
    assert server.stop() == 0
    assert "Traceback" not in server.log()


async def test_killed_process_is_replaced(new_server: NewServer) -> None:
    server = new_server(options=("--processes", "2"))
    await until(lambda: "Flint serves on" in server.log())  # both accept: else it would not start
    killed, other = children_of(server.pid)
    os.kill(killed, signal.SIGKILL)
    await until(lambda: len({*children_of(server.pid)} - {killed}) == 2)
    await until(lambda: "another takes its place" in server.log())
    assert alive(other)
    async with Storm(server.url(), per_second=50) as storm:
        await until(lambda: storm.connects >= 50)
    assert storm.lost == []
    assert await asyncio.to_thread(server.stop) == 0
