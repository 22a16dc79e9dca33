import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from protocol.ids import new_id
from realtime import parcels, redis, redis_keys
from realtime.node import node_id
from realtime.redis import asking
from realtime.registry import registry
from realtime.router import TERMINATED, Frame
from tests.realtime.linked import Linked, OtherNode, linked, until
from tests.realtime.sockets import PlayedTransport
from tests.redis_server import RedisServer

STAGE = 1
M1, M2, M3, M4 = (new_id() for _ in range(4))


@pytest.fixture
async def here(own_redis: RedisServer) -> AsyncIterator[Linked]:
    async with linked() as node:
        yield node
        own_redis.thaw()
    await redis.stop()


@pytest.fixture
async def other(here: Linked) -> AsyncIterator[OtherNode]:
    node = OtherNode()
    async with node.listening():
        yield node


def frame(player_id: str, message_id: str = M1) -> Frame:
    return Frame(STAGE, player_id, message_id, f"to {player_id}".encode())


def texts(connection: object) -> list[bytes]:
    transport = connection.transport  # type: ignore[attr-defined]
    assert isinstance(transport, PlayedTransport)
    return transport.texts


async def next_parcel(other: OtherNode) -> parcels.Parcel:
    return await asyncio.wait_for(other.heard.get(), 5)


async def test_frames_reach_sockets_here_and_go_to_each_other_node_in_one_batch(
    here: Linked, other: OtherNode
) -> None:
    await other.holds("ana", "bob")
    ana = here.connection("ana")
    frames = [frame("ana"), frame("bob", M2), frame("nobody", M3)]
    missed = await here.router.deliver(frames)
    assert texts(ana) == [b"to ana"]
    assert await next_parcel(other) == parcels.Deliver([frame("ana"), frame("bob", M2)])
    assert ([each.message_id for each in missed.frames], missed.sure) == ([M3], True)


async def test_what_is_sent_at_one_moment_by_many_is_one_batch(here: Linked, other: OtherNode) -> None:
    await other.holds("bob")
    numbers = range(100)
    await asyncio.gather(*[here.router.deliver([frame("bob", new_id())]) for _ in numbers])
    arrived = [await next_parcel(other)]
    while sum(len(each.frames) for each in arrived if isinstance(each, parcels.Deliver)) < len(numbers):
        arrived.append(await next_parcel(other))
    assert len(arrived) < 10


async def test_a_batch_that_no_subscriber_took_is_missed(here: Linked) -> None:
    await OtherNode("deaf.1").holds("bob")
    missed = await here.router.deliver([frame("bob")])
    assert ([each.message_id for each in missed.frames], missed.sure) == ([M1], True)


async def test_one_node_that_took_it_is_enough(here: Linked, other: OtherNode) -> None:
    await OtherNode("deaf.1").holds("bob")
    await other.holds("bob")
    assert (await here.router.deliver([frame("bob")])).frames == []


async def test_a_frame_for_a_player_who_is_not_here_any_more_is_decided_again(
    here: Linked, other: OtherNode
) -> None:
    ana = here.connection("ana")
    sent = parcels.Deliver([frame("ana"), frame("gone", M2)])
    await other.says(redis_keys.to_node(await here.lease()), sent)
    await until(lambda: _true(bool(here.inbox.again_ids)))
    assert (texts(ana), here.inbox.again_ids) == ([b"to ana"], [M2])


async def test_a_frame_for_a_silent_socket_is_decided_again(here: Linked, other: OtherNode) -> None:
    ana = here.connection("ana")
    ana.silent = True
    await other.says(redis_keys.to_node(await here.lease()), parcels.Deliver([frame("ana")]))
    await until(lambda: _true(bool(here.inbox.again_ids)))
    assert (texts(ana), here.inbox.again_ids) == ([], [M1])


async def test_what_another_version_sends_does_no_harm(here: Linked, other: OtherNode) -> None:
    ana = here.connection("ana")
    channel = redis_keys.to_node(await here.lease())
    await asking().client.publish(channel, b"\xc1 nonsense")
    await other.says(channel, parcels.Deliver([frame("ana")]))
    await until(lambda: _true(bool(texts(ana))))
    assert texts(ana) == [b"to ana"]


async def test_where_redis_hangs_sockets_here_are_served_and_the_rest_is_unsure(
    here: Linked, other: OtherNode, own_redis: RedisServer
) -> None:
    await other.holds("bob")
    ana = here.connection("ana")
    await here.presence.announced("ana")
    own_redis.freeze()
    for _ in range(20):
        started = time.monotonic()
        missed = await here.router.deliver([frame("ana", new_id()), frame("bob", new_id())])
        assert time.monotonic() - started < 1.0
        assert ([each.player_id for each in missed.frames], missed.sure) == (["bob"], False)
    assert len(texts(ana)) == 20


# --- sessions --------------------------------------------------------------------------------------------


async def test_terminate_ends_every_socket_here_but_one_and_tells_every_node(
    here: Linked, other: OtherNode
) -> None:
    kept, ended = here.connection("ana"), here.connection("ana")
    assert await here.router.terminate("ana", kept) == 1
    assert await next_parcel(other) == parcels.Terminate("ana", node_id())
    assert (texts(kept), texts(ended)) == ([], [TERMINATED])
    # Its own word comes back to it, and does not end the socket that is kept.
    await other.says(redis_keys.TO_EVERY_NODE, parcels.Terminate("marker", "other"))
    await _heard_everything(here, other)
    assert kept.player_id == "ana"


async def test_a_termination_on_another_node_ends_the_sockets_here(here: Linked, other: OtherNode) -> None:
    ana, bob = here.connection("ana"), here.connection("bob")
    await other.says(redis_keys.TO_EVERY_NODE, parcels.Terminate("ana", "other"))
    await until(lambda: _true(bool(texts(ana))))
    assert (texts(ana), ana.player_id, ana.session.player_id) == ([TERMINATED], None, None)
    assert (texts(bob), bob.player_id) == ([], "bob")


async def test_a_termination_while_redis_is_away_is_told_when_it_is_back(
    here: Linked, own_redis: RedisServer
) -> None:
    own_redis.kill()
    await here.router.terminate("ana")
    own_redis.start()
    other = OtherNode()
    async with other.listening():
        while await next_parcel(other) != parcels.Terminate("ana", node_id()):
            pass


# --- listeners -------------------------------------------------------------------------------------------


async def test_listeners_on_other_nodes_get_copies_of_their_stage(here: Linked, other: OtherNode) -> None:
    assert not here.router.has_listeners()
    await other.holds("bob")
    await other.listens_to(STAGE)
    await until(lambda: _true(here.router.has_listeners()))
    here.connection("ana")
    frames = [frame("ana"), frame("bob", M2), frame("away", M3), Frame(2, "ana", M4, b"other stage")]
    await here.router.copy_to_listeners(frames)
    heard = await next_parcel(other)
    while not isinstance(heard, parcels.Copies):
        heard = await next_parcel(other)
    assert heard == parcels.Copies(frames[:3], ["ana", "bob"])


async def test_copies_from_another_node_go_to_listeners_whose_players_have_no_socket(
    here: Linked, other: OtherNode
) -> None:
    listener = here.connection("", short_code="server", player=False, listener=True)
    listener.unbind()
    registry.add_listener(STAGE, listener)
    await until(lambda: _is_known(await_lease=here))
    sent = parcels.Copies([frame("away"), frame("ana", M2)], ["ana"])
    await other.says(redis_keys.to_node(await here.lease()), sent)
    await until(lambda: _true(bool(texts(listener))))
    assert texts(listener) == [b"to away"]
    registry.remove_listener(STAGE, listener)
    await until(lambda: _is_known(await_lease=here, expected=False))


async def _is_known(await_lease: Linked, expected: bool = True) -> bool:
    members = await asking().client.smembers(redis_keys.LISTENERS)
    return (f"{STAGE} {await_lease.link.lease}" in members) is expected


async def _true(answer: bool) -> bool:
    return answer


async def _heard_everything(here: Linked, other: OtherNode) -> None:
    """What is published on the node's channels now comes after all that was published before."""
    marker = here.connection("marker")
    await other.says(redis_keys.to_node(await here.lease()), parcels.Deliver([frame("marker")]))
    await until(lambda: _true(bool(texts(marker))))
