"""Limits by key that all processes count together (protocol.limiter), in Redis.

What is told while a call is under way goes out with the next one, all keys in one script: a request never
waits for it. Where Redis is away, what is told is dropped, and each process decides alone.
"""

import asyncio
from threading import Lock

from redis.asyncio import Redis

from protocol import limiter as limits
from protocol.limiter import Limiter, Rate
from realtime import redis_keys
from realtime.redis import RedisAway, ask

KEYS_AT_ONCE = 500

# For each key: its moment `due` goes on by what was used, and how far ahead of now that is comes back. All in
# microseconds of Redis' clock, so that no two clocks are compared. Two bursts ahead is as far as it goes:
# what processes admitted without knowing of each other is paid back, but nobody is locked out for long.
COUNT = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local ahead = {}
for index, key in ipairs(KEYS) do
    local used, most = tonumber(ARGV[2 * index - 1]), tonumber(ARGV[2 * index])
    local due = math.max(tonumber(redis.call('GET', key) or '0'), now)
    due = math.min(due + used, now + most)
    redis.call('SET', key, string.format('%.0f', due), 'PX', math.ceil((due - now) / 1000) + 1)
    ahead[index] = math.floor(due - now)
end
return ahead
"""

Told = tuple[Limiter, str, Rate]


class SharedLimits:
    """Those of one process; its loop is the one that starts it."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._lock = Lock()
        self._told: dict[Told, int] = {}
        self._telling: asyncio.Task[None] | None = None

    def tell(self, limiter: Limiter, key: str, uses: int, rate: Rate) -> None:
        """From any thread."""
        with self._lock:
            waiting = bool(self._told)
            told = limiter, key, rate
            self._told[told] = self._told.get(told, 0) + uses
        if not waiting:
            self._loop.call_soon_threadsafe(self._begin)

    async def stop(self) -> None:
        if self._telling is not None:
            await self._telling

    def _begin(self) -> None:
        if self._telling is None:
            self._telling = self._loop.create_task(self._work())

    async def _work(self) -> None:
        try:
            while batch := self._take():
                await self._count(batch)
        finally:
            self._telling = None

    def _take(self) -> list[tuple[Told, int]]:
        with self._lock:
            batch = list(self._told.items())[:KEYS_AT_ONCE]
            for told, _ in batch:
                del self._told[told]
        return batch

    async def _count(self, batch: list[tuple[Told, int]]) -> None:
        keys, args = [], []
        for (limiter, key, rate), uses in batch:
            keys.append(redis_keys.limit(limiter.name, key))
            args += [microseconds(uses, rate), microseconds(2 * rate.burst, rate)]

        async def count(client: Redis) -> list[int]:
            ahead: list[int] = await client.register_script(COUNT)(keys, args)
            return ahead

        try:
            ahead = await ask(count)
        except RedisAway:
            return
        for ((limiter, key, _), _), moment in zip(batch, ahead, strict=True):
            limiter.learn(key, moment / 1_000_000)


def microseconds(uses: float, rate: Rate) -> int:
    return max(1, round(uses / rate.per_second * 1_000_000))


_shared: SharedLimits | None = None


async def start() -> None:
    global _shared
    _shared = SharedLimits()
    limits.share_by(_shared.tell)


async def stop() -> None:
    global _shared
    limits.share_by(None)
    if _shared is not None:
        shared, _shared = _shared, None
        await shared.stop()
