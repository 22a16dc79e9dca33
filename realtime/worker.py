"""The worker: jobs that run in the background, each in its own task, ticking and woken.

A module of settings.FLINT_JOB_MODULES registers its jobs with `@job`, or lists `(name, every, function)` in
`JOBS`, where the function is synchronous and runs in a database thread. Either returns True to be run again
at once: a job works in small batches. Nothing may depend on a wake: it only spares the wait for a tick.

Jobs are work that any worker may do for all. What each process needs for itself, such as knowing the current
configuration, is registered with `everywhere=True` or listed in `EVERYWHERE`: it runs under `--no-jobs` too.
"""

import asyncio
import contextlib
import importlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib.util import find_spec

from django.conf import settings

from protocol.log_context import doing
from realtime import database

logger = logging.getLogger("flint.worker")

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds after a failure, doubling
PATIENCE = 0.5  # seconds that a running job has to finish when the worker stops


@dataclass(frozen=True, slots=True)
class Job:
    """`every` is in seconds, from start to start; ticks missed while it ran are left out."""

    name: str
    every: float
    run: Callable[[], Awaitable[bool | None]]
    everywhere: bool = False


JobFunction = Callable[[], Awaitable[bool | None]]
_jobs: dict[str, Job] = {}


def job(name: str, every: float, everywhere: bool = False) -> Callable[[JobFunction], JobFunction]:
    """Register an `async def` without arguments."""

    def register(function: JobFunction) -> JobFunction:
        _jobs[name] = Job(name, every, function, everywhere)
        return function

    return register


def load_jobs(shared: bool = True) -> list[Job]:
    """Every job of settings.FLINT_JOB_MODULES and of whatever else was imported, shared ones if asked for."""
    for path in settings.FLINT_JOB_MODULES:
        if find_spec(path) is None:
            continue
        module = importlib.import_module(path)
        for listed, everywhere in (("JOBS", False), ("EVERYWHERE", True)):
            for name, every, function in getattr(module, listed, ()):
                _jobs[name] = Job(name, every, _in_database(function), everywhere)
    return [found for found in _jobs.values() if shared or found.everywhere]


def _in_database(function: Callable[[], bool | None]) -> JobFunction:
    async def run() -> bool | None:
        return await database.run(function)

    return run


class Worker:
    """Runs `jobs` on the running loop until it is stopped. One a process: `wake` speaks to the latest."""

    def __init__(self, jobs: list[Job]) -> None:
        self._tended = {job.name: _Tended(job) for job in jobs}
        self._tasks: list[asyncio.Task[None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None

    async def start(self) -> None:
        global _worker
        self._loop = asyncio.get_running_loop()
        self._tasks = [self._loop.create_task(tended.tend()) for tended in self._tended.values()]
        _worker = self

    async def stop(self) -> None:
        """Let what is running finish, for `PATIENCE` seconds; what is cut off was only claimed, not lost."""
        global _worker
        if _worker is self:
            _worker = None
        for tended in self._tended.values():
            tended.stop()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=PATIENCE)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        self._tasks = []

    def wake(self, name: str) -> bool:
        """Whether the job begins now: it is known here, and not at work already."""
        tended = self._tended.get(name)
        if tended is None:
            if name not in _jobs:
                logger.error("No job is called %r", name)
            return False
        if self._loop is not None and not tended.woken:
            tended.woken = True  # until the job starts: further wakes before that would say nothing new
            try:
                self._loop.call_soon_threadsafe(tended.due.set)
            except RuntimeError:  # the loop has ended since
                tended.woken = False
        return not tended.running


_worker: Worker | None = None


_wake_others: Callable[[str], None] | None = None


def on_wake(tell: Callable[[str], None]) -> None:
    """`tell` reaches the workers of other processes."""
    global _wake_others
    _wake_others = tell


def wake(name: str) -> None:
    """Run the job now: here if it can begin here, else wherever it can. From the loop or from any thread,
    after the commit."""
    if not wake_here(name) and _wake_others is not None:
        _wake_others(name)


def wake_here(name: str) -> bool:
    """Whether the job begins in this process."""
    worker = _worker
    return worker is not None and worker.wake(name)


class _Tended:
    """One job's clock."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.woken = False
        self.running = False
        self.due = asyncio.Event()
        self._stopped = asyncio.Event()

    def stop(self) -> None:
        self._stopped.set()
        self.due.set()

    def log_fields(self) -> dict[str, str]:
        """Protocol of protocol.log_context."""
        return {"job": self.job.name}

    async def tend(self) -> None:
        database.in_background()
        doing.set(self)  # in this task alone
        tick, pause = asyncio.get_running_loop().time(), FIRST_PAUSE
        while not self._stopped.is_set():
            self.due.clear()
            self.woken = False
            self.running = True
            try:
                again = await self.job.run()
            except Exception:
                logger.exception("The job %s failed; it is tried again in %g s", self.job.name, pause)
                await self._pause(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
                continue
            pause = FIRST_PAUSE
            if again:
                await asyncio.sleep(0)
            else:
                self.running = False
                tick = await self._next(tick)

    async def _next(self, tick: float) -> float:
        """Wait for the next tick or a wake. Ticks stay multiples of `every` from the first one."""
        loop = asyncio.get_running_loop()
        missed = max(0.0, loop.time() - tick) // self.job.every
        tick += (missed + 1) * self.job.every
        timer = loop.call_at(tick, self.due.set)
        await self.due.wait()
        timer.cancel()
        return tick if loop.time() >= tick else tick - self.job.every

    async def _pause(self, seconds: float) -> None:
        """After a failure wakes are not heard: they would only repeat it."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopped.wait(), seconds)
