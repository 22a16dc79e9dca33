"""Scores of many players on a large leaderboard: LogEventRequest, with high scores and rank details.

Half of the posts move an entry by more than a tenth of the board (100,000 places of 1,000,000), the others by
less than a hundredth.
"""

import random

from benchmarks.boards import BEST
from benchmarks.client import BenchClient, text_frame
from benchmarks.loads.closed_loop import ClosedLoop
from benchmarks.loads.open_loop import OpenLoop
from benchmarks.loads.task import Result, Task

POST = b'{"@class":".LogEventRequest","requestId":"%d","eventKey":"SCORE","S":%d,"T":%d}'
ANSWER = b".LogEventResponse"
AT_ONCE = 50
PER_SECOND = 200


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
    scores = Scores()
    loop = OpenLoop(task.sizes, ANSWER, lambda client, number: scores.next(client))
    return await loop.latencies(await task.players(task.tokens, loop.answered), PER_SECOND)
