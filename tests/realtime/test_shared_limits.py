"""Limits that processes count together, on a real Redis. Two limiters of a name stand for two processes."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import redis.asyncio

from protocol import limiter as limits
from protocol.ids import new_id
from protocol.limiter import Limiter, Rate
from realtime import redis as redis_asking
from realtime.shared_limits import SharedLimits, microseconds
from tests.redis_server import RedisServer

PATIENCE = 10.0


@pytest.fixture
def name() -> str:
    """A limit's name that no other test has counted under."""
    return new_id()


@pytest.fixture
async def shared(redis_url: str, settings: Any) -> AsyncIterator[SharedLimits]:
    if not settings.REDIS_URL:
        settings.REDIS_URL = redis_url
    shared = SharedLimits()
    limits.share_by(shared.tell)
    yield shared
    limits.share_by(None)
    await shared.stop()
    await redis_asking.stop()


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.002)


async def told(shared: SharedLimits) -> None:
    """Everything told so far was counted."""
    await until(lambda: not shared._told and shared._telling is None)


async def test_what_one_process_admits_the_other_knows(shared: SharedLimits, name: str) -> None:
    one, other, rate = Limiter(name), Limiter(name), Rate(0.001, 50)
    assert sum(one.take("ana", rate) for _ in range(45)) == 45
    await told(shared)
    seen = 0
    for _ in range(20):
        seen += other.take("ana", rate)
        await told(shared)
    # 40 of the 45 were told, a chunk of 5 before the other one heard of it, and it learned by its own chunk.
    assert 5 <= seen <= 10
    assert other.take("bob", rate)


async def test_two_processes_under_attack_admit_a_burst_and_then_the_rate(
    shared: SharedLimits, name: str
) -> None:
    one, other, rate = Limiter(name), Limiter(name), Rate(200, 100)
    admitted, began = 0, time.monotonic()
    while time.monotonic() - began < 2:
        admitted += one.take("ana", rate) + other.take("ana", rate)
        await asyncio.sleep(0.0005)
    fair = 100 + 200 * (time.monotonic() - began)
    assert fair * 0.9 <= admitted <= fair + 20 + 20  # a chunk each, and what came while an answer was awaited


async def test_a_process_that_starts_later_is_told_of_what_was_used(shared: SharedLimits, name: str) -> None:
    one, rate = Limiter(name), Rate(0.001, 10)
    assert sum(one.take("ana", rate) for _ in range(12)) == 10
    await told(shared)
    late = Limiter(name)
    assert late.take("ana", rate)
    await told(shared)
    assert not late.take("ana", rate)


async def test_what_is_used_comes_back(shared: SharedLimits, name: str) -> None:
    one, other, rate = Limiter(name), Limiter(name), Rate(20, 1)
    assert one.take("ana", rate)
    await told(shared)
    assert other.take("ana", rate)
    await told(shared)
    assert not other.take("ana", rate)
    await asyncio.sleep(0.15)
    assert other.take("ana", rate)


async def test_many_keys_are_counted_by_few_calls(shared: SharedLimits, name: str, redis_url: str) -> None:
    client = redis.asyncio.Redis.from_url(redis_url)
    await client.config_resetstat()
    limiter, rate = Limiter(name), Rate(0.001, 5)
    for number in range(2000):
        limiter.take(f"player-{number}", rate)
    await told(shared)
    calls = (await client.info("commandstats"))["cmdstat_evalsha"]["calls"]
    assert calls <= 5  # 500 keys each, and one more if the script was not there yet
    assert await client.exists(f"flint:limit:{name}:player-1999")
    await client.aclose()


async def test_keys_vanish_once_their_rate_is_free_again(
    shared: SharedLimits, name: str, redis_url: str
) -> None:
    client = redis.asyncio.Redis.from_url(redis_url)
    Limiter(name).take("ana", Rate(0.5, 5))
    await told(shared)
    assert 1000 < await client.pttl(f"flint:limit:{name}:ana") <= 2001
    await client.aclose()


async def test_threads_may_use_it(shared: SharedLimits, name: str) -> None:
    one, other, rate = Limiter(name), Limiter(name), Rate(0.001, 1)
    assert await asyncio.to_thread(one.take, "ana", rate)
    await told(shared)
    assert other.take("ana", rate)
    await told(shared)
    assert not await asyncio.to_thread(other.take, "ana", rate)


async def test_without_redis_each_process_decides_alone_and_at_once(
    own_redis: RedisServer, shared: SharedLimits, name: str
) -> None:
    own_redis.freeze()
    one, other, rate = Limiter(name), Limiter(name), Rate(0.001, 20)
    began = time.monotonic()
    for limiter in (one, other):
        assert [limiter.take("ana", rate) for _ in range(25)] == [True] * 20 + [False] * 5
    assert time.monotonic() - began < 1  # fifty waits for an answer would be ten seconds
    await told(shared)
    own_redis.thaw()
    await until(lambda: not redis_asking.asking().away)
    third, fourth = Limiter(name), Limiter(name)
    for _ in range(20):
        third.take("bob", rate)
    await told(shared)
    assert fourth.take("bob", rate)
    assert fourth.take("bob", rate)
    await told(shared)
    assert not fourth.take("bob", rate)


async def test_redis_that_forgot_everything_frees_nobody_here(
    own_redis: RedisServer, shared: SharedLimits, name: str
) -> None:
    limiter, rate = Limiter(name), Rate(0.001, 10)
    for _ in range(10):
        limiter.take("ana", rate)
    await told(shared)
    await redis_asking.ask(lambda client: client.flushall())
    assert not limiter.take("ana", rate)


def test_a_use_is_some_microseconds() -> None:
    assert microseconds(5, Rate(100, 500)) == 50_000
    assert microseconds(1, Rate(1e9, 1)) == 1
