"""Scores posted to a large leaderboard: by a player without friends there, and by one with many.

One post at a time, since a queue would hide what a single one takes. Each is better than the last, so that
every part of the board is posted to.
"""

import asyncio
import time

from benchmarks.boards import BEST
from benchmarks.client import BenchClient, text_frame
from benchmarks.loads.task import Result, Task, percentile

POST = '{"@class":".LogEventRequest","requestId":"%d","eventKey":"SCORE","S":%d,"T":1}'
WITHIN = 30.0
WARM = 10  # posts


async def board_posts(task: Task) -> Result:
    """Milliseconds until answer and high score have arrived. The first player has no friends there."""
    alone, social = [await _posts(task, token) for token in task.tokens[:2]]
    return {
        "post": percentile(alone, 0.5),
        "post_p99": percentile(alone, 0.99),
        "friends": percentile(social, 0.5),
        "friends_p99": percentile(social, 0.99),
    }


async def _posts(task: Task, token: str) -> list[float]:
    arrived: set[bytes] = set()
    both = asyncio.Event()

    def take(client: BenchClient, payload: bytes) -> None:
        kind = payload[11:30]
        if b'"error"' in payload:
            raise RuntimeError(payload.decode())
        arrived.add(kind)
        if len(arrived) == 2:
            both.set()

    (client,) = await task.players([token], take)
    took = []
    for number in range(WARM + task.sizes.samples):
        arrived.clear()
        both.clear()
        start = time.perf_counter()
        value = (number + 1) * BEST // (WARM + task.sizes.samples + 1)
        client.transport.write(text_frame((POST % (number, value)).encode()))
        await asyncio.wait_for(both.wait(), WITHIN)
        took.append((time.perf_counter() - start) * 1000)
    return took[WARM:]
