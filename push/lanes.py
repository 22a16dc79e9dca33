"""One lane: an account's pushes, claimed as its provider takes them."""

import asyncio
import logging
import time
from collections.abc import Iterable

from push import metrics
from push.attempting import Attempt
from push.breaker import Breaker
from push.claims import LaneKey, claim
from push.routes import Route
from push.transports.base import Transport
from push.transports.registry import build
from push.transports.sandbox import SandboxTransport
from realtime import database

logger = logging.getLogger("flint.push")

GATHER = 0.05  # seconds in which free places gather, so that rows are claimed in batches


class Lane:
    """Works while something is due, with at most the transport's limit in flight.

    A provider that stalls fills its own lane and nothing else. `start` may be called at any time.
    """

    def __init__(self, key: LaneKey) -> None:
        self.key = key
        self._task: asyncio.Task[None] | None = None
        self._again = False
        self._stopped = False
        self._attempts: set[asyncio.Task[None]] = set()
        self._place_free = asyncio.Event()
        self._breaker = Breaker()
        self._route = Route(recorded=True)
        self._transport: Transport = SandboxTransport()
        self._closing: set[asyncio.Task[None]] = set()

    @property
    def busy(self) -> bool:
        return self._task is not None or bool(self._attempts)

    def start(self) -> None:
        self._again = True
        if self._task is None and not self._stopped and not self._breaker.is_open(time.monotonic()):
            self._task = asyncio.create_task(self._work())

    def stop(self) -> None:
        self._stopped = True
        self._place_free.set()

    async def idle(self) -> None:
        await _ended(task for task in (self._task, *self._attempts) if task is not None)

    async def close(self) -> None:
        """Cut off what is still under way; its rows are claimed again when their lease ends."""
        running = [task for task in (self._task, *self._attempts, *self._closing) if task is not None]
        for task in running:
            task.cancel()
        await _ended(running)
        await self._transport.close()

    async def _work(self) -> None:
        try:
            while self._again and not self._stopped:
                self._again = False
                while await self._claim_some():
                    pass
        except Exception:
            logger.exception("Claiming pushes of stage %s for %s failed", *self.key)
        finally:
            self._task = None

    async def _claim_some(self) -> bool:
        """Whether there may be more to claim now."""
        room = await self._room()
        if room == 0:
            return False
        claimed_at = time.monotonic()
        batch = await database.run(claim, self.key, room)
        metrics.ended_unsent(self.key.provider, batch.withheld)
        await self._follow(batch.route)
        if batch.claimed and self._breaker.in_trouble:
            self._breaker.tried(time.monotonic())
        for claimed in batch.claimed:
            attempt = Attempt(claimed, batch.route.version, self._transport, self._breaker, claimed_at)
            task = asyncio.create_task(attempt.run())
            self._attempts.add(task)
            task.add_done_callback(self._attempted)
        return batch.found == room

    async def _room(self) -> int:
        """The free places, once there are enough to be worth a claim; 0 when nothing is to be claimed."""
        while not self._stopped and not self._breaker.is_open(time.monotonic()):
            limit = self._transport.limit
            room = self._breaker.room(limit - len(self._attempts))
            if room > 0 and (room >= limit // 4 or self._breaker.in_trouble):
                return room
            if room > 0:
                await asyncio.sleep(GATHER)
                return self._breaker.room(limit - len(self._attempts))
            self._place_free.clear()
            await self._place_free.wait()
        return 0

    def _attempted(self, task: "asyncio.Task[None]") -> None:
        self._attempts.discard(task)
        self._place_free.set()
        if not task.cancelled() and (error := task.exception()):
            logger.error("An attempt failed", exc_info=error)

    async def _follow(self, route: Route) -> None:
        """Take the transport of the account's present settings; the former one ends its sends first."""
        if route.key == self._route.key:
            return
        transport = await build(route)
        closing = asyncio.create_task(_close_after(list(self._attempts), self._transport))
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)
        self._route, self._transport, self._breaker = route, transport, Breaker()


async def _ended(tasks: Iterable["asyncio.Task[None]"]) -> None:
    if running := list(tasks):
        await asyncio.wait(running)


async def _close_after(attempts: list["asyncio.Task[None]"], transport: Transport) -> None:
    await _ended(attempts)
    await transport.close()
