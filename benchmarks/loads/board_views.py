"""Looking at a large leaderboard: a page at several depths, and around the player. One at a time."""

import asyncio
import time

from benchmarks.boards import BEST
from benchmarks.client import BenchClient, text_frame
from benchmarks.loads.task import Result, Task, percentile

POST = b'{"@class":".LogEventRequest","requestId":"0","eventKey":"SCORE","S":%d,"T":1}'
PAGE = (
    b'{"@class":".LeaderboardDataRequest","requestId":"1","leaderboardShortCode":"HS",'
    b'"entryCount":50,"offset":%d}'
)
AROUND = (
    b'{"@class":".AroundMeLeaderboardRequest","requestId":"1","leaderboardShortCode":"HS","entryCount":25}'
)
DEPTHS = (0.0, 0.1, 0.5, 0.9, 0.99)  # of the board
WITHIN = 30.0
WARM = 5  # requests


async def board_views(task: Task) -> Result:
    """The largest of the depths' medians, in milliseconds."""
    answered = asyncio.Event()

    def take(client: BenchClient, payload: bytes) -> None:
        if b'"error"' in payload:
            raise RuntimeError(payload.decode())
        if b'Response"' in payload[:60]:
            answered.set()

    (client,) = await task.players(task.tokens[:1], take)

    async def median(request: bytes) -> float:
        took = []
        for _ in range(WARM + task.sizes.samples // len(DEPTHS)):
            answered.clear()
            start = time.perf_counter()
            client.transport.write(text_frame(request))
            await asyncio.wait_for(answered.wait(), WITHIN)
            took.append((time.perf_counter() - start) * 1000)
        return percentile(took[WARM:], 0.5)

    pages, around = [], []
    for depth in DEPTHS:
        pages.append(await median(PAGE % int(depth * task.board_entries)))
        answered.clear()
        client.transport.write(text_frame(POST % int((1 - depth) * (BEST - 1))))
        await asyncio.wait_for(answered.wait(), WITHIN)
        around.append(await median(AROUND))
    return {"page": max(pages), "around": max(around)}
