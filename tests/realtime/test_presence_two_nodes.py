"""Who is online is known on the other node, and right again soon after sockets, nodes or Redis have gone."""

from typing import Any

import pytest

from realtime import redis_keys
from realtime.nodes import declare_dead
from realtime.redis_clients import connect_blocking
from tests.realtime.two_nodes import TwoNodes, heard, say

pytestmark = pytest.mark.postgresql


async def test_a_player_is_online_until_the_last_socket_closes_wherever_it_is(nodes: TwoNodes) -> None:
    anna, bob = await nodes.friends()
    await nodes.sees_online(anna, True, within=1)
    second = await nodes.socket(nodes.one, bob)
    await bob.close()
    await say(anna, "one socket is left", bob)
    await heard(second, "one socket is left")
    await nodes.sees_online(anna, True, within=1)
    await second.close()
    await nodes.sees_online(anna, False, within=1)


async def test_a_socket_that_closes_late_leaves_its_players_new_one_online(nodes: TwoNodes) -> None:
    anna, bob = await nodes.friends()
    again = await nodes.socket(nodes.two, bob)
    on_the_other = await nodes.socket(nodes.one, bob)
    await bob.close()
    await say(anna, "after the late close", bob)
    for socket in (again, on_the_other):
        await heard(socket, "after the late close", within=3)
    await nodes.sees_online(anna, True, within=1)


async def test_a_whole_nodes_death_is_noticed_within_five_seconds(own_nodes: TwoNodes) -> None:
    anna, bob = await own_nodes.friends()
    await own_nodes.sees_online(anna, True, within=1)
    own_nodes.two.kill()
    assert await own_nodes.sees_online(anna, False, within=10) <= 5
    await say(anna, "nobody is there", bob)
    back = await own_nodes.socket(own_nodes.one, bob)
    await heard(back, "nobody is there")


async def test_a_declared_death_is_noticed_within_a_second(own_nodes: TwoNodes, settings: Any) -> None:
    settings.REDIS_URL = own_nodes.redis.url()
    anna, bob = await own_nodes.friends()
    await own_nodes.sees_online(anna, True, within=1)
    with connect_blocking(1) as client:
        [lease] = client.smembers(redis_keys.online(bob.user_id))
    own_nodes.two.kill()
    declare_dead(redis_keys.node_of(str(lease)))
    await own_nodes.sees_online(anna, False, within=1)
