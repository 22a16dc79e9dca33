"""What a player feels of a full database: reading the inbox, connecting, sending.

The task's players are benchmarks.bulk's: active ones with messages waiting, then the one with the most of
them, then two friends. One thing at a time, since a queue would hide what a single one takes. Nobody but the
friends answers a ping, so that what waits goes on waiting for the next sample.
"""

import asyncio
import time
from collections.abc import Callable

from benchmarks.client import BenchClient, text_frame
from benchmarks.loads.friend_messages import FriendMessages
from benchmarks.loads.task import Result, Task, percentile

LIST = text_frame(b'{"@class":".ListMessageRequest","entryCount":20}')
WITHIN = 30.0
BETWEEN = 0.1  # seconds: what a lost connection left is decided again meanwhile


async def stored(task: Task) -> Result:
    """Medians in milliseconds; `most_…` are of the player with the most messages waiting."""
    active, (most, *friends) = task.tokens[: task.sizes.active], task.tokens[task.sizes.active :]
    each = max(1, task.sizes.samples // len(active))
    connecting = [await _connect(task, token) for _ in range(each) for token in active]
    return {
        "inbox": percentile(await _inbox(task, active[0]), 0.5),
        "connect": percentile(connecting, 0.5),
        "send": percentile(await _send(task, friends), 0.5),
        "most_inbox": percentile(await _inbox(task, most), 0.5),
        "most_connect": percentile([await _connect(task, most) for _ in range(each)], 0.5),
    }


async def _connect(task: Task, token: str) -> float:
    """From the first packet until a whole page of waiting messages was read."""
    read, done = 0, asyncio.Event()

    def count(client: BenchClient, payload: bytes) -> None:
        nonlocal read
        read += b'"messageId"' in payload
        if read == task.sizes.active_waiting:
            done.set()

    start = time.perf_counter()
    client = await _unconfirming(task, token, count)
    await asyncio.wait_for(done.wait(), WITHIN)
    took = (time.perf_counter() - start) * 1000
    client.transport.abort()
    await asyncio.sleep(BETWEEN)
    return took


async def _inbox(task: Task, token: str) -> list[float]:
    answered = asyncio.Event()

    def answer(client: BenchClient, payload: bytes) -> None:
        if b'"messageList"' in payload:
            answered.set()

    client = await _unconfirming(task, token, answer)
    await asyncio.sleep(1)
    took = []
    for _ in range(task.sizes.samples):
        answered.clear()
        start = time.perf_counter()
        client.transport.write(LIST)
        await asyncio.wait_for(answered.wait(), WITHIN)
        took.append((time.perf_counter() - start) * 1000)
    client.transport.abort()
    return took


async def _send(task: Task, tokens: list[str]) -> list[float]:
    load = FriendMessages()
    friends = Task(ports=task.ports, pids=task.pids, tokens=tokens, ids=[], sizes=task.sizes)
    await load.connect(friends)
    for _ in range(task.sizes.samples):
        load.send(load.senders[0], time.perf_counter())
        await load.settle()
    return [delay * 1000 for _, delay in load.delays]


async def _unconfirming(task: Task, token: str, on_text: Callable[[BenchClient, bytes], None]) -> BenchClient:
    (client,) = await task.players([token], on_text)
    client.answers_pings = False
    return client
