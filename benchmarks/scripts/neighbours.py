"""How long one game's runs take beside another game's scripts that were written to do harm."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from benchmarks.loads.task import percentile
from benchmarks.scripts import texts
from benchmarks.scripts.processes import CONTEXT, Answering, Job, script
from cloudcode.sandbox.process import SandboxProcess
from cloudcode.sandbox.running import Input, LogLine, Script, run
from tests.cloudcode.sandbox.hostile_scripts import HOSTILE

ENDLESS = 50
LIMIT = 0.5  # seconds that a hostile script has
PER_SECOND = 100
OURS, THEIRS = 1, 2
WITHIN = 30.0  # seconds that a run of ours has
_OURS = script(texts.TEN_LINES)


class Bearing(Answering):
    """Answers whatever is asked, and takes no notice of what is logged."""

    async def call(self, operation: str, arguments: list[Any], process: SandboxProcess) -> Any:
        return texts.ANSWERS.get(operation)

    def log(self, line: LogLine) -> None:
        pass


async def neighbours(job: Job) -> dict[str, float]:
    """p99 of our runs in milliseconds, alone and beside ENDLESS endless loops of another game's."""
    return await _beside(job, ["while (true) {}"])


async def hostile(job: Job) -> dict[str, float]:
    """The same beside hostile scripts of all kinds, in turn."""
    return await _beside(job, [each.text for kind in HOSTILE.values() for each in kind])


async def _beside(job: Job, hostile_texts: Sequence[str]) -> dict[str, float]:
    await delays(job.warm)
    alone = await delays(job.seconds)
    async with at_work(hostile_texts):
        await delays(job.warm)
        beside = await delays(job.seconds)
    return {"alone": percentile(alone, 0.99), "beside": percentile(beside, 0.99)}


@asynccontextmanager
async def at_work(hostile_texts: Sequence[str]) -> AsyncIterator[None]:
    """ENDLESS runs of another game's at a time, of these scripts in turn."""
    turns = itertools.cycle([script(text) for text in hostile_texts])
    others = [asyncio.create_task(_go_on(turns)) for _ in range(ENDLESS)]
    try:
        yield
    finally:
        for other in others:
            other.cancel()
        outcomes = await asyncio.gather(*others, return_exceptions=True)
    if faults := [each for each in outcomes if not isinstance(each, asyncio.CancelledError)]:
        raise RuntimeError("a hostile script ended the one that runs it") from faults[0]


async def _go_on(turns: "itertools.cycle[Script]") -> None:
    loop = asyncio.get_running_loop()
    while True:
        await run(next(turns), Input({"n": 5}, CONTEXT), Bearing(), THEIRS, loop.time() + LIMIT)


async def delays(seconds: float) -> list[float]:
    """Milliseconds from the moment at which a run of ours was due until its end."""
    found: list[float] = []

    async def one(due: float) -> None:
        await one_run()
        found.append((time.perf_counter() - due) * 1000)

    first = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(int(PER_SECOND * seconds)):
            due = first + number / PER_SECOND
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            group.create_task(one(due))
    return found


async def one_run() -> None:
    """Of ours."""
    deadline = asyncio.get_running_loop().time() + WITHIN
    outcome = await run(_OURS, Input(texts.DATA, CONTEXT), Answering(), OURS, deadline)
    if outcome.script_data != texts.RESULT:
        raise RuntimeError(outcome.failure)
