import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from protocol.ids import new_id
from realtime import redis, redis_keys
from realtime.node import node_id
from realtime.nodes import declare_dead
from realtime.redis import DEADLINE, RedisAway, asking
from tests.realtime.linked import Linked, OtherNode, linked, until
from tests.redis_server import RedisServer


@pytest.fixture
async def here(own_redis: RedisServer) -> AsyncIterator[Linked]:
    async with linked() as node:
        yield node
        own_redis.thaw()


@pytest.fixture(autouse=True)
async def closed() -> AsyncIterator[None]:
    yield
    await redis.stop()


async def test_who_is_online_here_is_told_and_who_leaves_is_taken_back(here: Linked) -> None:
    ana = here.connection("ana")
    await here.presence.announced("ana")
    assert await here.holders("ana") == {node_id()}
    ana.closed()
    await here.presence.announced("ana")
    assert await here.holders("ana") == set()


async def test_a_socket_that_closes_late_does_not_take_away_its_players_next_one(here: Linked) -> None:
    dying = here.connection("ana")
    await here.presence.announced("ana")
    here.connection("ana")
    dying.closed()
    here.connection("marker")
    await here.presence.announced("marker")
    assert await here.holders("ana") == {node_id()}


async def test_what_is_written_is_what_is_so_by_then(here: Linked) -> None:
    """A player who comes and goes while a write is out is written as they are in the end."""
    for _ in range(50):
        here.connection("ana").closed()
        here.connection("bob")
    here.connection("marker")
    await here.presence.announced("marker")
    await here.presence.announced("ana")
    assert (await here.holders("ana"), await here.holders("bob")) == (set(), {node_id()})


async def test_a_silent_connection_is_not_told_until_it_speaks_again(here: Linked) -> None:
    ana = here.connection("ana")
    ana.deliver(new_id(), b"one")
    ana.ping()
    await here.presence.announced("ana")
    ana.went_silent()
    await here.holds("ana", False)
    ana.pong(ana.ping_token)
    await here.holds("ana")


async def test_elsewhere_names_other_nodes_that_are_alive(here: Linked) -> None:
    other, dead = OtherNode("other.1"), OtherNode("dead.1")
    await other.holds("ana", "bob")
    await dead.holds("ana", "cy")
    await dead.dies()
    here.connection("dora")
    await here.presence.announced("dora")
    where = await here.presence.elsewhere(["ana", "bob", "cy", "dora", "nobody"])
    assert where == {"ana": ("other.1",), "bob": ("other.1",)}
    assert await here.holders("ana") == {"other"}, "the lease that lapsed is taken out where it is met"
    assert await here.presence.online(["ana", "cy", "dora"]) == {"ana", "dora"}


async def test_many_players_are_found_node_by_node(here: Linked) -> None:
    one, two, dead = OtherNode("one.1"), OtherNode("two.7"), OtherNode("dead.1")
    many = [f"player{number}" for number in range(2500)]
    assert await here.presence.elsewhere(many) == {}
    await one.holds(many[3], many[2400])
    await two.holds(many[3])
    await dead.holds(many[4])
    await dead.dies()
    where = await here.presence.elsewhere(many)
    assert where.keys() == {many[3], many[2400]}
    assert (sorted(where[many[3]]), where[many[2400]]) == (["one.1", "two.7"], ("one.1",))


async def test_a_node_declared_dead_is_disbelieved_at_once(here: Linked) -> None:
    await OtherNode("other.1").holds("ana")
    assert await here.presence.online(["ana"]) == {"ana"}
    declare_dead("other")
    assert await here.presence.online(["ana"]) == set()


async def test_everybody_online_on_any_node_is_known(here: Linked) -> None:
    await OtherNode("other.1").holds("ana", "bob")
    dead = OtherNode("dead.1")
    await dead.holds("cy")
    await dead.dies()
    here.connection("dora")
    assert await here.presence.everybody() == {"ana", "bob", "dora"}
    assert await asyncio.to_thread(here.presence.online_from_thread, ["ana", "cy"]) == {"ana"}


async def test_an_emptied_redis_is_told_everything_again_and_every_connection_looks_again(
    here: Linked,
) -> None:
    here.connection("ana")
    await here.presence.announced("ana")
    reads = len(here.inbox.reads)
    lease = await here.lease()
    await asking().client.flushall()
    assert await here.lease(other_than=lease) != lease
    await here.holds("ana")
    await until(lambda: _more(here, reads))


async def test_a_restarted_redis_is_told_everything_again(here: Linked, own_redis: RedisServer) -> None:
    here.connection("ana")
    await here.presence.announced("ana")
    reads = len(here.inbox.reads)
    own_redis.kill()
    here.connection("bob")
    own_redis.start()
    await until(lambda: _answers(here))
    await here.holds("ana")
    await here.holds("bob")
    await until(lambda: _more(here, reads + 1))


async def _more(here: Linked, reads: int) -> bool:
    return len(here.inbox.reads) > reads


async def _answers(here: Linked) -> bool:
    return not asking().away


async def test_a_log_in_waits_for_its_announcement_but_not_for_long(
    here: Linked, own_redis: RedisServer
) -> None:
    own_redis.freeze()
    here.connection("ana")
    started = time.monotonic()
    await here.presence.announced("ana")
    assert DEADLINE <= time.monotonic() - started < 1.0


async def test_a_connection_that_was_announced_late_looks_again(here: Linked, own_redis: RedisServer) -> None:
    """It read its inbox before anybody could know of it: what was sent meanwhile is not to wait for luck."""
    lease = await here.lease()
    own_redis.freeze()
    here.connection("ana")
    await here.presence.announced("ana")
    reads = len(here.inbox.reads)
    own_redis.thaw()
    await until(lambda: _more(here, reads))
    assert await here.holders("ana") == {node_id()}
    assert here.link.lease == lease


async def test_where_redis_hangs_only_those_here_count_as_online(
    here: Linked, own_redis: RedisServer
) -> None:
    await OtherNode("other.1").holds("bob")
    here.connection("ana")
    await here.presence.announced("ana")
    own_redis.freeze()
    with pytest.raises(RedisAway):
        await here.presence.elsewhere(["bob"])
    assert await here.presence.online(["ana", "bob"]) == {"ana"}


async def test_a_node_that_ends_gives_its_lease_back(own_redis: RedisServer) -> None:
    async with linked() as node:
        lease = await node.lease()
    assert await asking().client.exists(redis_keys.alive(lease)) == 0
