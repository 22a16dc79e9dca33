"""redis-py's clients of the Redis that REDIS_URL names, without its own patience.

Left to itself redis-py waits 5 s for an answer and tries a failed command ten times; whoever asks here has a
deadline of its own and knows what to do without an answer.
"""

from typing import Any

import redis
import redis.asyncio
from django.conf import settings
from redis.asyncio.retry import Retry as AsyncRetry
from redis.asyncio.sentinel import Sentinel as AsyncSentinel
from redis.asyncio.sentinel import SentinelConnectionPool as AsyncSentinelPool
from redis.backoff import NoBackoff
from redis.retry import Retry
from redis.sentinel import Sentinel, SentinelConnectionPool

from realtime.redis_url import RedisAddress, parse

CONNECT_SECONDS = 1.0
SENTINEL_SECONDS = 0.2  # a sentinel that is away must not use up the time that the next one needs

_COMMON: dict[str, Any] = {
    "protocol": 2,
    "decode_responses": True,
    "max_connections": 1000,
    "socket_connect_timeout": CONNECT_SECONDS,
}


def connect(decode: bool = True) -> redis.asyncio.Redis:
    """A client for the running loop, giving texts or bytes. It waits without an end: callers do not."""
    address = parse(settings.REDIS_URL)
    options = {**_COMMON, "decode_responses": decode, "socket_timeout": None}
    options["retry"] = AsyncRetry(NoBackoff(), 0)
    if address.url:
        return redis.asyncio.Redis.from_pool(redis.asyncio.ConnectionPool.from_url(address.url, **options))
    known = _of_sentinels(address, AsyncRetry)
    sentinel = AsyncSentinel(list(address.sentinels), sentinel_kwargs=known)  # type: ignore[no-untyped-call]
    options |= address.options
    pool = AsyncSentinelPool(address.master, sentinel, **options)  # type: ignore[no-untyped-call]
    return redis.asyncio.Redis.from_pool(pool)


async def disconnect(client: redis.asyncio.Redis) -> None:
    await client.aclose()
    if isinstance(client.connection_pool, AsyncSentinelPool):
        await client.connection_pool.sentinel_manager.aclose()


def connect_blocking(seconds: float) -> redis.Redis:
    """A client for threads, whose every step takes at most that long."""
    address = parse(settings.REDIS_URL)
    options = {**_COMMON, "socket_timeout": seconds, "retry": Retry(NoBackoff(), 0)}
    options["socket_connect_timeout"] = seconds
    if address.url:
        return redis.Redis.from_pool(redis.ConnectionPool.from_url(address.url, **options))
    known = _of_sentinels(address, Retry)
    sentinel = Sentinel(list(address.sentinels), sentinel_kwargs=known)  # type: ignore[no-untyped-call]
    options |= address.options
    pool = SentinelConnectionPool(address.master, sentinel, **options)  # type: ignore[no-untyped-call]
    return redis.Redis.from_pool(pool)


def _of_sentinels(address: RedisAddress, retry: type[Any]) -> dict[str, Any]:
    return {
        **address.sentinel_options,
        "protocol": 2,
        "socket_timeout": SENTINEL_SECONDS,
        "socket_connect_timeout": SENTINEL_SECONDS,
        "retry": retry(NoBackoff(), 0),
    }
