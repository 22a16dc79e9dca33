"""How this process asks Redis: `await ask(lambda client: client.incr(key))`, within a deadline or not at all.

Whoever asks can do without an answer. A command that fails, or takes longer than DEADLINE, opens the breaker:
everybody is refused at once from then on, until a probe in the background is answered. So a Redis that hangs
holds nobody up more than once.

Imported where settings.REDIS_URL is set; redis-py takes a while to load.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from redis.asyncio import Redis
from redis.exceptions import RedisError

from protocol.log_context import nobody
from realtime import metrics
from realtime.redis_clients import CONNECT_SECONDS, connect, disconnect

logger = logging.getLogger(__name__)

T = TypeVar("T")

DEADLINE = 0.25  # seconds for a command on the path of a message or a log-in
PROBE_EVERY = 0.25
AT_ONCE = 8  # commands in flight, and so connections; the rest wait, within their deadline


class RedisAway(Exception):
    """No answer in time, or none to be expected."""


class Asking:
    """The client of one loop with its breaker."""

    def __init__(self) -> None:
        self.client: Redis = connect()
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._probing: asyncio.Task[None] | None = None

    @property
    def away(self) -> bool:
        """Whether the breaker is open."""
        return self._probing is not None

    async def ask(self, work: Callable[[Redis], Awaitable[T]], within: float = DEADLINE) -> T:
        if self.away:
            raise RedisAway("it did not answer lately")
        try:
            async with asyncio.timeout(within), self._slots:
                return await work(self.client)
        except (RedisError, OSError, TimeoutError) as fault:
            self._open(fault)
            raise RedisAway(_told(fault)) from fault

    async def close(self) -> None:
        if self._probing is not None:
            self._probing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._probing
        await disconnect(self.client)

    def _open(self, fault: Exception) -> None:
        if self._probing is None:
            metrics.redis_faults.inc()
            logger.warning("Redis is away: %s", _told(fault))
            self._probing = asyncio.get_running_loop().create_task(self._probe(), context=nobody())

    async def _probe(self) -> None:
        while True:
            if await self._answers():
                break
            await asyncio.sleep(PROBE_EVERY)
        self._probing = None
        logger.warning("Redis answers again")

    async def _answers(self) -> bool:
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                # The idle connections may be as dead as the one that failed.
                await self.client.connection_pool.disconnect(inuse_connections=False)
                await self.client.ping()
        except (RedisError, OSError, TimeoutError):
            return False
        return True


_asking: dict[asyncio.AbstractEventLoop, Asking] = {}


def asking() -> Asking:
    """The running loop's."""
    loop = asyncio.get_running_loop()
    found = _asking.get(loop)
    if found is None:
        found = _asking[loop] = Asking()
    return found


async def ask(work: Callable[[Redis], Awaitable[T]], within: float = DEADLINE) -> T:
    """The result of `work(client)`. Raises RedisAway, and nothing else that Redis could be the cause of."""
    return await asking().ask(work, within)


async def stop() -> None:
    """Close the running loop's connections: it is about to end."""
    if asked := _asking.pop(asyncio.get_running_loop(), None):
        await asked.close()


def _told(fault: Exception) -> str:
    return f"{type(fault).__name__}: {fault}".removesuffix(": ")
