"""What sockets cost: to open many at once, and to keep them."""

import asyncio
import json
import time
from pathlib import Path

from benchmarks.client import BenchClient
from benchmarks.loads.task import Result, Task, ignore

FIRST = 200  # sockets opened before memory is looked at: what the server loads once is not a socket's
MOST_IDS = 5000
WITHIN = 60.0


async def connects(task: Task) -> Result:
    """Those with waiting messages connect, 100 at a time; done when each has read its own."""
    expected, read, done = task.half * task.waiting, 0, asyncio.Event()

    def count(client: BenchClient, payload: bytes) -> None:
        nonlocal read
        read += b'"extCode":"NEWS"' in payload
        if read == expected:
            done.set()

    start = time.perf_counter()
    await task.players(task.tokens[task.half :], count)
    await asyncio.wait_for(done.wait(), WITHIN)
    return {"rate": task.half / (time.perf_counter() - start)}


async def memory(task: Task) -> Result:
    """Growth of the resident size over so many sockets, after one message each and a time of silence."""
    server = await task.own_server()
    first = min(FIRST, task.half)
    await news(server, task.ids[:first])
    sockets = await task.players(task.tokens[:first], ignore)
    await asyncio.sleep(3)
    before = resident_kb(task.pids[0])
    received, everybody = 0, asyncio.Event()

    def count(client: BenchClient, payload: bytes) -> None:
        nonlocal received
        received += 1
        if received == len(task.tokens) - first:
            everybody.set()

    sockets += await task.players(task.tokens[first:], count)
    await news(server, task.ids)
    await asyncio.wait_for(everybody.wait(), WITHIN)
    await asyncio.sleep(task.sizes.idle_seconds)
    return {"kb": (resident_kb(task.pids[0]) - before) / (len(sockets) - first)}


async def news(server: BenchClient, ids: list[str]) -> None:
    for start in range(0, len(ids), MOST_IDS):
        ask = {"@class": ".SendMessageRequest", "extCode": "NEWS", "data": {"text": "x"}}
        server.send(json.dumps({**ask, "playerIds": ids[start : start + MOST_IDS], "requestId": str(start)}))
    await asyncio.sleep(1)


def resident_kb(pid: int) -> int:
    """From /proc: Linux only."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])
