"""Another game's hostile scripts, fifty at a time: ours are never in a queue behind them.

How long ours take beside them is measured by `make bench ONLY=scripts_hostile` and `ONLY=scripts_neighbour`.
Here is what makes it so, and is the same on a busy machine: there is always a process for them, and what the
others have the server's thread do, it does in small steps.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from benchmarks.scripts import neighbours
from cloudcode.sandbox import pool as pools
from cloudcode.sandbox.conversation import AT_ONCE
from cloudcode.sandbox.pool import Pool
from cloudcode.sandbox.process import ContextLimits
from cloudcode.sandbox.running import LogLine
from tests.cloudcode.sandbox.hostile_scripts import HOSTILE
from tests.cloudcode.sandbox.trying import DictHost, try_script

SECONDS = 6.0
LEAST, PATIENCE = 20, 120.0  # of our runs, and the seconds that they have on the slowest machine
LONGEST_MS = 12.0  # of a step, of the thread's own time


@pytest.fixture(autouse=True)
def own_pool() -> Iterator[Pool]:
    """Of a server on a machine of two cores."""
    pool = Pool(2, ContextLimits())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pools, "_pools", [pool])
        yield pool
    pool.close_now()
    assert pool.pids == [], "no process is left"


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param(["while (true) {}"], id="endless loops"),
        pytest.param([each.text for kind in HOSTILE.values() for each in kind], id="all kinds"),
    ],
)
async def test_a_run_beside_another_games_hostile_scripts_has_its_turn_at_once(
    own_pool: Pool, monkeypatch: pytest.MonkeyPatch, texts: Sequence[str]
) -> None:
    await neighbours.one_run()
    steps = _watched(monkeypatch)
    runs, until = 0, time.monotonic() + SECONDS
    async with asyncio.timeout(PATIENCE), neighbours.at_work(texts):
        while runs <= LEAST or time.monotonic() < until:
            assert own_pool._may(neighbours.OURS), "there is a process for our game"
            await neighbours.one_run()
            runs += 1
            await asyncio.sleep(0.005)
    steps.sort(reverse=True)
    assert steps[0][0] < LONGEST_MS, steps[:3]


def _watched(monkeypatch: pytest.MonkeyPatch) -> list[tuple[float, str]]:
    """Of each step of the event loop from now on, what it took of the thread's time, and which it was."""
    found: list[tuple[float, str]] = []
    run: Any = asyncio.Handle._run

    def step(handle: asyncio.Handle) -> None:
        began = time.thread_time()
        run(handle)
        took = (time.thread_time() - began) * 1000
        if took > 1:
            found.append((took, repr(handle)[:300]))

    monkeypatch.setattr(asyncio.Handle, "_run", step)
    found.append((0.0, "none"))
    return found


async def test_log_entries_that_come_at_once_leave_others_their_turns() -> None:
    turn, loop = 0, asyncio.get_running_loop()
    entries: Counter[int] = Counter()  # by the turn of the loop in which they were taken

    class Counting(DictHost):
        def log(self, line: LogLine) -> None:
            entries[turn] += 1

    def again() -> None:
        nonlocal turn, ticking
        turn += 1
        ticking = loop.call_soon(again)

    ticking = loop.call_soon(again)
    await try_script("for (var i = 0; i < 900; i++) Spark.getLog().info('x');", host=Counting(), seconds=60)
    ticking.cancel()
    assert (entries.total(), max(entries.values()) <= AT_ONCE) == (900, True)
