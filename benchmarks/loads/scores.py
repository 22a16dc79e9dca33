"""Scores of many players on a large leaderboard: LogEventRequest, with high scores and rank details.

Half of the posts move an entry by more than a tenth of the board (100,000 places of 1,000,000), the others by
less than a hundredth.
"""

import asyncio
import random
import time

from benchmarks.boards import BEST
from benchmarks.client import BenchClient, text_frame
from benchmarks.loads.closed_loop import ClosedLoop
from benchmarks.loads.task import Result, Task, percentile

POST = b'{"@class":".LogEventRequest","requestId":"%d","eventKey":"SCORE","S":%d,"T":%d}'
ANSWER = b".LogEventResponse"
AT_ONCE = 50
PER_SECOND = 200
PATIENCE = 30.0


class Scores:
    """Each player's next post. `S` alone orders nearly all entries, `T` those that tie."""

    def __init__(self) -> None:
        self._chance = random.Random(4)
        self._at: dict[BenchClient, int] = {}
        self._number = 0

    def next(self, client: BenchClient) -> bytes:
        self._number += 1
        before = self._at.get(client, BEST // 2)
        if self._number % 2:
            step = self._chance.randrange(BEST // 10, BEST // 2)
        else:
            step = self._chance.randrange(1, BEST // 100)
        self._at[client] = (before + self._chance.choice((-step, step))) % BEST
        return POST % (self._number, self._at[client], self._chance.randrange(100))


async def score_rate(task: Task) -> Result:
    """Posts a second."""
    scores = Scores()
    loop = ClosedLoop(
        task.sizes, ANSWER, lambda client: client.transport.write(text_frame(scores.next(client)))
    )
    return {"rate": await loop.rate(await task.players(task.tokens[:AT_ONCE], loop.answered))}


async def score_latency(task: Task) -> Result:
    """Milliseconds from the moment a post was due until its answer, PER_SECOND of them."""
    scores, delays, errors = Scores(), [], list[bytes]()
    due_of: dict[bytes, float] = {}

    def answered(client: BenchClient, payload: bytes) -> None:
        if ANSWER not in payload:
            return
        if b'"error"' in payload:
            errors.append(payload)
        at = payload.index(b'"requestId":"') + 13
        due = due_of.pop(payload[at : payload.index(b'"', at)])
        delays.append((due, (time.perf_counter() - due) * 1000))

    clients = await task.players(task.tokens, answered)
    total = int(PER_SECOND * (task.sizes.warm + task.sizes.seconds))
    first = time.perf_counter() + 0.2
    for number in range(total):
        due = first + number / PER_SECOND
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        client = clients[number % len(clients)]
        due_of[b"%d" % (number + 1)] = due
        client.transport.write(text_frame(scores.next(client)))
    async with asyncio.timeout(PATIENCE):
        while due_of:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    if errors:
        raise RuntimeError(f"{len(errors)} were refused: {errors[0]!r}")
    counted = [delay for due, delay in delays if due >= first + task.sizes.warm]
    return {"p50": percentile(counted, 0.5), "p99": percentile(counted, 0.99)}
