"""The sandbox processes of this process: started when they are first needed, lent to one run at a time.

Games share them: one game has at most all but one at a time, and when several wait, they have turns.
"""

import asyncio
import atexit
import os
import threading
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator, Coroutine, Hashable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from django.conf import settings

from cloudcode.sandbox.process import PROGRAM, ContextLimits, ProcessDied, SandboxProcess
from realtime import database, lifecycle

T = TypeVar("T")


class Busy(Exception):
    """No process became free in time."""


class Pool:
    """Used by one event loop at a time; the processes outlive it."""

    def __init__(self, size: int, limits: ContextLimits, program: str = PROGRAM) -> None:
        self.size, self.limits, self._program = size, limits, program
        self._idle: list[SandboxProcess] = []
        self._all: set[SandboxProcess] = set()
        self._launching = threading.Lock()  # a process that has begun is among all, whoever looks
        self._lent: Counter[Hashable] = Counter()
        self._starting: set[asyncio.Task[SandboxProcess]] = set()
        self._waiting: OrderedDict[Hashable, deque[asyncio.Future[None]]] = OrderedDict()

    @property
    def share(self) -> int:
        """How many one game may have at the same time."""
        return max(1, self.size - 1)

    @property
    def pids(self) -> list[int]:
        """Of the processes that there are now."""
        return [each.process.pid for each in list(self._all)]

    @asynccontextmanager
    async def lease(self, game: Hashable, within: float) -> AsyncIterator[SandboxProcess]:
        """A process for one run. Raises Busy after `within` seconds, ProcessDied if none can be started.

        Whatever ends the block early leaves the process in the middle of something: then it is killed. The
        game's turn goes on until another is there in its place, so that it takes no other game's meanwhile.
        """
        until = asyncio.get_running_loop().time() + within
        if not self._has_turn(game):
            await self._in_time(until, self._turn(game))
        process = None
        try:
            process = self._alive()
            if process is None:
                process = await self._in_time(until, self._take())
            yield process
        except BaseException:
            if process is not None:
                process.kill()
            raise
        finally:
            # Nothing is awaited here: whoever is cancelled twice would end without giving the turn back.
            if process is None or self._give_back(process):
                self._end_turn(game)
            else:
                self._replace(process, game)

    async def close(self) -> None:
        """End all processes, those too that are only being started."""
        while self._starting:
            await asyncio.gather(*self._starting, return_exceptions=True)
        processes, self._idle = list(self._all), []
        self._all.clear()
        for process in processes:
            await database.run_outside(process.bury)

    def close_now(self) -> None:
        """As `close`, where no event loop runs any more."""
        with self._launching:
            while self._all:
                self._all.pop().bury()

    @staticmethod
    async def _in_time(until: float, work: Coroutine[Any, Any, T]) -> T:
        try:
            async with asyncio.timeout_at(until):
                return await work
        except TimeoutError:
            raise Busy from None

    # --- whose turn it is --------------------------------------------------------------------------------

    def _has_turn(self, game: Hashable) -> bool:
        """At once, as most do."""
        has = game not in self._waiting and self._may(game)
        self._lent[game] += has
        return has

    async def _turn(self, game: Hashable) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(game, deque()).append(turn)
        try:
            await turn
        except BaseException:
            if turn.done() and not turn.cancelled():
                self._end_turn(game)
            raise

    def _end_turn(self, game: Hashable) -> None:
        self._lent[game] -= 1
        self._wake()

    def _may(self, game: Hashable) -> bool:
        return self._lent[game] < self.share and self._lent.total() < self.size

    def _wake(self) -> None:
        """Let those go on for whom there is room, game by game."""
        for game in list(self._waiting):
            queue = self._waiting[game]
            while queue and queue[0].done():
                queue.popleft()
            if queue and self._may(game):
                self._lent[game] += 1
                queue.popleft().set_result(None)
                self._waiting.move_to_end(game)
            if not queue:
                del self._waiting[game]

    # --- processes ---------------------------------------------------------------------------------------

    def _alive(self) -> SandboxProcess | None:
        """An idle one, unless the next one has ended by itself."""
        return self._idle.pop() if self._idle and self._idle[-1].process.poll() is None else None

    async def _take(self) -> SandboxProcess:
        while self._idle:
            if process := self._alive():
                return process
            await self._bury(self._idle.pop())
        starting = self._start_meanwhile(self._started())
        try:
            return await asyncio.shield(starting)
        except asyncio.CancelledError:
            starting.add_done_callback(self._keep)
            raise

    def _keep(self, starting: "asyncio.Task[SandboxProcess]") -> None:
        """One that came too late for whoever waited: a busy machine would never have any otherwise."""
        if not starting.cancelled() and starting.exception() is None:
            self._idle.append(starting.result())

    async def _started(self) -> SandboxProcess:
        try:
            process = await database.run_outside(self._start)
        except OSError as fault:
            raise ProcessDied from fault
        try:
            await process.greet()
        except BaseException:
            await self._bury(process)
            raise
        process.rest()
        return process

    def _start(self) -> SandboxProcess:
        with self._launching:
            process = SandboxProcess.start(self.limits, self._program)
            self._all.add(process)
        return process

    def _start_meanwhile(self, work: Coroutine[Any, Any, SandboxProcess]) -> "asyncio.Task[SandboxProcess]":
        starting = asyncio.create_task(work)
        self._starting.add(starting)
        starting.add_done_callback(self._starting.discard)
        return starting

    def _give_back(self, process: SandboxProcess) -> bool:
        """False: a fresh one is to take its place."""
        process.rest()
        if process.worn or not process.is_quiet():
            return False
        self._idle.append(process)
        return True

    def _replace(self, process: SandboxProcess, game: Hashable) -> None:
        def ended(starting: "asyncio.Task[SandboxProcess]") -> None:
            self._keep(starting)
            self._end_turn(game)

        self._start_meanwhile(self._started_after(process)).add_done_callback(ended)

    async def _started_after(self, process: SandboxProcess) -> SandboxProcess:
        await self._bury(process)
        return await self._started()

    async def _bury(self, process: SandboxProcess) -> None:
        process.rest()
        await database.run_outside(self._end, process)

    def _end(self, process: SandboxProcess) -> None:
        process.bury()
        self._all.discard(process)  # not before: whoever closes the pool would not know of it


_pools: list[Pool] = []


def pool() -> Pool:
    """This process' own."""
    if not _pools:
        limits = ContextLimits(memory=int(settings.FLINT_SCRIPT_MEMORY_MB * 1024 * 1024))
        _pools.append(Pool(int(settings.FLINT_SCRIPT_PROCESSES) or default_size(), limits))
        atexit.register(_pools[0].close_now)
    return _pools[0]


def default_size() -> int:
    """One a core, and two at least: while one game's scripts are slow, others have theirs."""
    return max(2, os.cpu_count() or 1)


@lifecycle.on_stop
async def stop() -> None:
    for each in _pools:
        await each.close()
