"""Reloads of the code under a supervisor: nobody notices but by a 1012."""

import asyncio
import os
import signal
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.realtime.storm import Storm
from tests.realtime.supervised import Supervised, alive, code_of, until

Start = Callable[..., Supervised]
RELOADS = int(os.environ.get("RELOADS", "3"))  # `make test RELOADS=10 ARGS=tests/realtime/…` for longer


BEHIND_A_GATE = """
import os, pathlib, time
gate = pathlib.Path({gate!r})
gate.with_suffix(f".{{os.getpid()}}").touch()
while not gate.exists():
    time.sleep(0.01)
VERSION = {version}
"""


class Gate:
    """Code that boots only when the gate is opened."""

    def __init__(self, folder: Path, version: int) -> None:
        self._file = folder / "gate"
        self.code = BEHIND_A_GATE.format(gate=str(self._file), version=version)

    async def reached(self, processes: int) -> None:
        await until(lambda: len(list(self._file.parent.glob("gate.*"))) == processes)

    def open(self) -> None:
        self._file.touch()


async def test_successors_accept_before_the_former_leave(supervise: Start, tmp_path: Path) -> None:
    flint = supervise(2)
    await flint.ready()
    client, former = await flint.connect()
    gate = Gate(tmp_path, version=2)
    flint.install(gate.code)
    flint.signal(signal.SIGHUP)
    await gate.reached(2)
    await client.send("still here")
    assert await client.recv() == "still here"
    assert {(await flint.who())["version"] for _ in range(8)} == {1}
    gate.open()
    assert await code_of(client) == 1012
    assert (await flint.served_by(lambda who: who["version"] == 2))["pid"] != former["pid"]
    await until(lambda: len(flint.children()) == 2)
    assert flint.log[1:] == [
        "INFO flint.supervisor: reloaded: new server processes accept, the former send their clients away"
    ]


async def test_old_sockets_are_closed_with_1012_at_the_rate_that_is_set(supervise: Start) -> None:
    flint = supervise(1, FLINT_DRAIN_PER_SECOND="20")
    await flint.ready()
    clients = [(await flint.connect())[0] for _ in range(60)]

    async def closed(client: Any) -> tuple[int | None, float]:
        return await code_of(client), time.monotonic()

    ends = asyncio.gather(*[closed(client) for client in clients])
    await flint.reload()
    codes, times = zip(*sorted(await ends, key=lambda end: end[1]), strict=True)
    assert codes == (1012,) * 60
    assert 2 < times[-1] - times[0] < 6
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert max(gaps) < 1


async def test_clients_of_a_leaving_process_are_served_until_they_are_sent_away(supervise: Start) -> None:
    flint = supervise(1, FLINT_DRAIN_PER_SECOND="0.5")
    await flint.ready()
    clients = [(await flint.connect())[0] for _ in range(4)]
    flint.install("VERSION = 2")
    await flint.reload()
    await flint.served_by(lambda who: who["version"] == 2)
    await clients[0].send("hello")
    assert await clients[0].recv() == "hello"


async def test_kept_connection_is_answered_once_more_by_a_leaving_process(
    supervise: Start, tmp_path: Path
) -> None:
    """As a proxy's, which sends its next request before it reads that the connection is closed."""
    flint = supervise(1, FLINT_DRAIN_PER_SECOND="2")
    await flint.ready()
    clients = [(await flint.connect())[0] for _ in range(8)]
    gate = Gate(tmp_path, version=2)
    flint.install(gate.code)
    flint.signal(signal.SIGHUP)
    await gate.reached(1)
    reader, writer = await asyncio.open_connection("127.0.0.1", flint.port)
    request = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
    writer.write(request)
    assert b"connection: close" not in (await reader.readuntil(b"\r\n\r\n")).lower()
    await reader.readuntil(b"}")
    gate.open()
    leaving = [asyncio.create_task(code_of(client)) for client in clients]
    await asyncio.wait(leaving, return_when=asyncio.FIRST_COMPLETED)
    writer.write(request)
    assert b"connection: close" in (await reader.readuntil(b"\r\n\r\n")).lower()
    assert b'"version": 1' in await reader.read()
    writer.close()
    assert await asyncio.gather(*leaving) == [1012] * 8


async def test_end_during_a_reload_is_as_soon_as_any(supervise: Start) -> None:
    flint = supervise(2, FLINT_DRAIN_PER_SECOND="0.1")
    await flint.ready()
    clients = [(await flint.connect())[0] for _ in range(8)]
    await flint.reload()
    children = flint.children()
    assert len(children) == 4
    flint.signal(signal.SIGTERM)
    code, seconds = await flint.ended()
    assert (code, [alive(pid) for pid in children]) == (0, [False] * 4)
    assert seconds < 5  # a busy machine's 3
    assert [await code_of(client) for client in clients] == [1012] * 8


async def test_process_that_does_not_leave_is_killed_after_its_time(supervise: Start) -> None:
    flint = supervise(1, drain_seconds=0)
    await flint.ready()
    (hung,) = flint.children()
    os.kill(hung, signal.SIGSTOP)
    await flint.reload()
    await until(lambda: not alive(hung))
    killed = f"server process {hung} did not end within 3 s and is killed"
    assert flint.log[-1] == f"WARNING flint.supervisor: {killed}"


async def test_code_that_does_not_boot_keeps_the_former_processes(supervise: Start) -> None:
    flint = supervise(2)
    await flint.ready()
    children = flint.children()
    client, _ = await flint.connect()
    flint.install("raise SystemExit(7)")
    flint.signal(signal.SIGHUP)
    await flint.logged("the reload is given up")
    await until(lambda: flint.children() == children)
    await client.send("still here")
    assert await client.recv() == "still here"
    (line,) = flint.log[1:]
    assert line.startswith(
        "ERROR flint.supervisor: the reload is given up and the former processes go on: server process "
    )
    assert line.endswith(" ended with exit code 7 before it accepted connections")
    flint.install("VERSION = 2")
    await flint.reload()
    assert await code_of(client) == 1012
    flint.signal(signal.SIGTERM)
    assert (await flint.ended())[0] == 0


async def test_reloads_in_a_row_leave_the_newest_code_and_as_many_processes(supervise: Start) -> None:
    flint = supervise(2)
    await flint.ready()
    for version in (2, 3, 4):
        flint.install(f"VERSION = {version}")
        flint.signal(signal.SIGHUP)
    await flint.served_by(lambda who: who["version"] == 4)
    await until(lambda: len(flint.children()) == 2)
    assert {(await flint.who())["version"] for _ in range(8)} == {4}


async def test_process_that_dies_during_a_reload_is_replaced(supervise: Start, tmp_path: Path) -> None:
    flint = supervise(2)
    await flint.ready()
    gate = Gate(tmp_path, version=2)
    flint.install(gate.code)
    former = flint.children()
    flint.signal(signal.SIGHUP)
    await gate.reached(2)
    os.kill(former[0], signal.SIGKILL)
    await gate.reached(3)
    gate.open()
    await flint.served_by(lambda who: who["version"] == 2)
    await until(lambda: len(flint.children()) == 2)
    assert {*former}.isdisjoint(flint.children())
    assert {(await flint.who())["version"] for _ in range(8)} == {2}


async def test_reloads_under_a_storm_of_connects_lose_nobody(supervise: Start) -> None:
    flint = supervise(2)
    await flint.ready()
    async with Storm(f"ws://127.0.0.1:{flint.port}/", per_second=100) as storm:
        await storm.through_reloads(flint, RELOADS)
    assert storm.lost == []
    assert storm.connects > 100 * RELOADS
    assert storm.sent_back > 0
    print(f"{RELOADS} reloads, {storm.connects} connects, {storm.sent_back} sent back")
