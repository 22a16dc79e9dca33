"""Real sandbox processes under a closed loop of runs; what those ask for is answered from a dict."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any

import msgspec

from benchmarks.scripts import texts
from benchmarks.server import cpu_seconds
from cloudcode.sandbox.pool import pool
from cloudcode.sandbox.process import SandboxProcess
from cloudcode.sandbox.running import Input, LogLine, Outcome, Script, run
from cloudcode.sandbox.sources import Source, source_of

AT_ONCE = 4
WITHIN = 10.0
CONTEXT = {
    "playerId": "ana",
    "stage": "preview",
    "sessionId": "s",
    "credential": "device",
    "logLevel": "DEBUG",
}


class Job(msgspec.Struct):
    """Seconds."""

    warm: float
    seconds: float


class Answering:
    """A cloudcode.sandbox.running.Host that has every answer ready."""

    async def call(self, operation: str, arguments: list[Any], process: SandboxProcess) -> Any:
        return texts.ANSWERS[operation]

    def log(self, line: LogLine) -> None:
        raise RuntimeError(line)


async def ten_lines(job: Job) -> dict[str, float]:
    """Runs a CPU second of the sandbox processes."""
    return await _rates(job, script(texts.TEN_LINES), texts.RESULT)


async def modules(job: Job) -> dict[str, float]:
    """What ten cached modules add to a run, in milliseconds of its process."""
    half = Job(job.warm, job.seconds / 2)
    without = await _rates(half, script(texts.NO_MODULES), {"sum": 0})
    given = await _rates(half, script(texts.TEN_MODULES, texts.MODULES), {"sum": 9})
    return {"ms": (1 / given["rate"] - 1 / without["rate"]) * 1000}


async def _rates(job: Job, measured: Script, result: Mapping[str, Any]) -> dict[str, float]:
    given = Input(texts.DATA, CONTEXT)
    counted = 0
    until = 0.0

    async def again() -> None:
        nonlocal counted
        while time.perf_counter() < until:
            _check(await run(measured, given, Answering(), 1, _deadline()), result)
            counted += 1

    for seconds in (job.warm, job.seconds):
        before, own, counted = _cpu(), time.process_time(), 0
        until = time.perf_counter() + seconds
        await asyncio.gather(*(again() for _ in range(AT_ONCE)))
    return {"rate": counted / (_cpu() - before), "server_rate": counted / (time.process_time() - own)}


def _check(outcome: Outcome, result: Mapping[str, Any]) -> None:
    if outcome.failure is not None or outcome.script_data != result:
        raise RuntimeError(f"{outcome.failure}, {outcome.script_data}")


def script(text: str, modules: Mapping[str, str] | None = None) -> Script:
    return Script("event/MEASURED", _source(text), {k: _source(each) for k, each in (modules or {}).items()})


def _source(text: str) -> Source:
    found = source_of(text)
    if found is None:
        raise ValueError("no script")
    return found


def _deadline() -> float:
    return asyncio.get_running_loop().time() + WITHIN


def _cpu() -> float:
    return sum(cpu_seconds(pid) for pid in pool().pids)
