"""The server processes that run one version of the code, and the restart of those that die."""

import asyncio
import logging
import signal
from collections.abc import Callable

from realtime.backoff import LONGEST, Backoff
from realtime.child import Child

logger = logging.getLogger("flint.supervisor")

BOOT_SECONDS = 60.0  # from its start until a process accepts connections


class Crew:
    """`start` them, `keep` as many running, `end` them."""

    def __init__(self, size: int, spawn: Callable[[], Child]) -> None:
        self._size = size
        self._spawn = spawn
        self._children: list[Child] = []
        self._keepers: list[asyncio.Task[None]] = []

    async def start(self) -> str:
        """Start all and wait until they accept connections. What went wrong, or nothing."""
        try:
            for _ in range(self._size):
                self._children.append(self._spawn())
        except OSError as error:
            return f"cannot start a server process: {error}"
        booting = [asyncio.create_task(_boot(child)) for child in self._children]
        try:
            for booted in asyncio.as_completed(booting):
                if fault := await booted:
                    return fault
        finally:
            for task in booting:
                task.cancel()
        return ""

    def keep(self) -> None:
        """From now on one that ends is replaced."""
        self._keepers = [asyncio.create_task(self._keep(child)) for child in self._children]

    async def end(self, tell: Callable[[Child], None], within: float) -> None:
        """Tell each to end, kill those that take longer than so many seconds, and wait for all."""
        for keeper in self._keepers:
            keeper.cancel()
        for child in self._children:
            tell(child)
        await self._ended(within)
        for child in self._children:
            if not child.ended.done():
                logger.warning("server process %d did not end within %g s and is killed", child.pid, within)
                child.send_signal(signal.SIGKILL)
        await self._ended(None)

    async def _ended(self, within: float | None) -> None:
        if self._children:
            await asyncio.wait([child.ended for child in self._children], timeout=within)

    async def _keep(self, child: Child) -> None:
        backoff = Backoff()
        while True:
            await asyncio.wait([child.ended])
            self._children.remove(child)
            pause = backoff.after(child.lived)
            when = f" in {pause:g} s" if pause else ""
            logger.error("server process %d %s; another takes its place%s", child.pid, child.end, when)
            child = await self._successor(pause)
            self._children.append(child)
            if not await child.accepts_within(BOOT_SECONDS):
                child.send_signal(signal.SIGKILL)

    async def _successor(self, pause: float) -> Child:
        while True:
            await asyncio.sleep(pause)
            try:
                return self._spawn()
            except OSError as error:
                logger.error("cannot start a server process: %s", error)
                pause = LONGEST


async def _boot(child: Child) -> str:
    """What went wrong, or nothing."""
    if await child.accepts_within(BOOT_SECONDS):
        return ""
    if child.ended.done():
        return f"server process {child.pid} {child.end}"
    return f"server process {child.pid} did not accept connections within {BOOT_SECONDS:g} s"
