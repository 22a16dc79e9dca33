"""A peer's fan-out and memory, measured as Flint's are."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any

from benchmarks.client import BenchClient
from benchmarks.loads.sockets import resident_kb
from benchmarks.loads.task import percentile
from benchmarks.peers.peer import Peer

SETTLE_SECONDS = 2.0
WITHIN = 120.0
AT_ONCE = 50
FIRST = 200


async def fanout(peer: Peer, port: int, pid: int, sockets: int, sends: int) -> float:
    """The median of the sends but the first, counted until the last of the sockets has each."""
    received, done = 0, asyncio.Event()

    def count(client: BenchClient, payload: bytes) -> None:
        nonlocal received
        received += b"ScriptMessage" in payload
        if received == sockets:
            done.set()

    members = await _connected(peer, port, sockets, count)
    await asyncio.sleep(SETTLE_SECONDS)
    rates = []
    for _ in range(sends):
        received, start = 0, time.perf_counter()
        done.clear()
        await peer.publish(members, port)
        await asyncio.wait_for(done.wait(), WITHIN)
        rates.append(sockets / (time.perf_counter() - start))
        await asyncio.sleep(SETTLE_SECONDS / 2)
    return percentile(rates[1:], 0.5)


async def memory(peer: Peer, port: int, pid: int, sockets: int, sends: int) -> float:
    """Growth of the resident size over the sockets after the first ones, after a message to each."""
    received, everybody = 0, asyncio.Event()

    def count(client: BenchClient, payload: bytes) -> None:
        nonlocal received
        received += b"ScriptMessage" in payload
        if received == sockets:
            everybody.set()

    first = min(FIRST, sockets // 2)
    members = await _connected(peer, port, first, count)
    await asyncio.sleep(SETTLE_SECONDS)
    before = resident_kb(pid)
    members += await _connected(peer, port, sockets - first, count)
    await peer.publish(members, port)
    await asyncio.wait_for(everybody.wait(), WITHIN)
    await asyncio.sleep(SETTLE_SECONDS)
    return (resident_kb(pid) - before) / (sockets - first)


async def _connected(
    peer: Peer, port: int, count: int, on_text: Callable[[BenchClient, bytes], None]
) -> list[BenchClient]:
    loop = asyncio.get_running_loop()

    async def one() -> BenchClient:
        _, member = await loop.create_connection(
            lambda: peer.member(peer.path, "", "", on_text), "127.0.0.1", port
        )
        await asyncio.wait_for(member.ready, WITHIN)
        return member

    members: list[BenchClient] = []
    while len(members) < count:
        members += await asyncio.gather(*(one() for _ in range(min(AT_ONCE, count - len(members)))))
    return members


MEASURES: dict[str, Callable[[Peer, int, int, int, int], Coroutine[Any, Any, float]]] = {
    "fanout": fanout,
    "memory": memory,
}
