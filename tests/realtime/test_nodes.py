from collections.abc import AsyncIterator
from typing import Any

import pytest

from realtime import redis, redis_keys
from realtime.node import node_id
from realtime.nodes import PLAYERS_A_STEP, declare_dead, forget_the_dead, known_dead
from realtime.redis import ask
from tests.redis_server import RedisServer

PLAYERS = [f"p{number}" for number in range(PLAYERS_A_STEP + 2)]


@pytest.fixture(autouse=True)
async def two_leases(own_redis: RedisServer) -> AsyncIterator[None]:
    """Node `one` holds all PLAYERS and a listener, node `two` the first player."""

    async def write(client: Any) -> None:
        await client.sadd(redis_keys.LEASES, "one.1", "two.1")
        await client.sadd(redis_keys.LISTENERS, "7 one.1", "7 two.1")
        for lease, players in (("one.1", PLAYERS), ("two.1", PLAYERS[:1])):
            await client.set(redis_keys.alive(lease), "", px=60_000)
            await client.sadd(redis_keys.held(lease), *players)
            for player in players:
                await client.sadd(redis_keys.online(player), lease)

    await ask(write, within=10)
    yield
    await redis.stop()


async def test_declare_dead_ends_that_nodes_leases_alone() -> None:
    declare_dead("one")
    assert await ask(lambda client: client.exists(redis_keys.alive("one.1"))) == 0
    assert await ask(lambda client: client.exists(redis_keys.alive("two.1"))) == 1


def test_declare_dead_never_raises(own_redis: RedisServer) -> None:
    own_redis.kill()
    declare_dead("one")


async def test_what_the_dead_left_is_taken_out_and_nothing_else() -> None:
    declare_dead("one")
    await ask(forget_the_dead, within=10)
    names = sorted(await ask(lambda client: client.keys("*")))
    assert names == sorted(
        [
            redis_keys.LEASES,
            redis_keys.LISTENERS,
            redis_keys.alive("two.1"),
            redis_keys.held("two.1"),
            redis_keys.online(PLAYERS[0]),
        ]
    )
    assert await ask(lambda client: client.smembers(redis_keys.LEASES)) == {"two.1"}
    assert await ask(lambda client: client.smembers(redis_keys.LISTENERS)) == {"7 two.1"}
    assert await ask(lambda client: client.smembers(redis_keys.online(PLAYERS[0]))) == {"two.1"}


async def test_who_holds_no_lease_is_known_to_be_dead() -> None:
    await ask(lambda client: client.sadd(redis_keys.LEASES, f"{node_id()}.3"))
    await ask(lambda client: client.set(redis_keys.alive(f"{node_id()}.3"), ""))
    assert await known_dead(["one", "two"]) == set()
    declare_dead("one")
    assert await known_dead(["one", "two", "never heard of"]) == {"one", "never heard of"}


async def test_nobody_is_known_to_be_dead_when_redis_was_emptied(own_redis: RedisServer) -> None:
    await ask(lambda client: client.flushall())
    assert await known_dead(["one", "two"]) == set()


async def test_nobody_is_known_to_be_dead_without_redis(own_redis: RedisServer) -> None:
    own_redis.kill()
    assert await known_dead(["one"]) == set()
