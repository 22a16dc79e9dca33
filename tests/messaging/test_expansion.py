import asyncio
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db.models import QuerySet

from games.models import Stage
from messaging import expansion, expansion_chunks
from messaging.expansion import expand_due
from messaging.expansion_chunks import make_chunk, read_page, store_chunk
from messaging.expansion_claims import LEASE_MS, claim_due, release, renew
from messaging.expansion_delivery import deliver_again, deliver_chunk
from messaging.models import Broadcast, Message, PlayerMessage
from players.models import Player
from players.segment_settings import save_query, save_segment
from protocol.dates import now_ms
from realtime import confirmer, database, redis, redis_keys
from realtime.connection import Connection, State
from realtime.node import node_id
from realtime.nodes import declare_dead
from realtime.redis import ask
from realtime.registry import registry
from tests.messaging.expanding import add_players, claimed, expand_all, receivers, state, store_next
from tests.messaging.sending import send
from tests.realtime.sockets import PlayedTransport, recording_inbox, session
from tests.redis_server import RedisServer

pytestmark = pytest.mark.django_db(transaction=True)

AddPlayer = Callable[..., Player]


@pytest.fixture
def players(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> list[Player]:
    """101 players in order of id; an audience of them is expanded 40 at a time."""
    monkeypatch.setattr(expansion_chunks, "CHUNK", 40)
    return add_players(stage, 101)


@pytest.fixture
def log_in() -> Iterator[Callable[[Player], PlayedTransport]]:
    """`log_in(player)`: a socket that has read the inbox and found nothing."""

    def log_in(player: Player) -> PlayedTransport:
        transport = PlayedTransport()
        connection = Connection(transport, session())
        connection.bind(player.id)
        connection.caught_up()
        assert connection.state is State.LIVE
        return transport

    with recording_inbox():
        yield log_in
        registry.clear()
        confirmer.clear()


def copy_of(player: Player) -> PlayerMessage:
    return PlayerMessage.objects.get(player=player)


async def test_a_worker_expands_what_is_due_and_leaves_nothing_to_do(
    stage: Stage, players: list[Player]
) -> None:
    await database.run(send, stage, *players)
    await expand_all()
    assert await database.run(state) == ("expanded", 101, 0)
    assert await database.run(receivers) == [player.id for player in players]
    row = await Broadcast.objects.aget()
    assert (row.due_ms, row.claim, row.player_ids) == (None, "", "")
    assert row.delivered == row.cursor == players[-1].id
    assert row.ended_ms is not None


async def test_players_online_get_it_at_once(
    stage: Stage, players: list[Player], log_in: Callable[[Player], PlayedTransport]
) -> None:
    transport = log_in(players[50])
    await database.run(send, stage, *players)
    await expand_all()
    copy = await database.run(copy_of, players[50])
    assert transport.texts == [copy.document.encode()]


async def test_a_player_who_comes_while_the_copies_are_stored_gets_it(
    stage: Stage, players: list[Player], log_in: Callable[[Player], PlayedTransport]
) -> None:
    """The inbox was read before the commit, presence asked before the log-in: neither saw the other."""
    await database.run(send, stage, *players)
    claimed_now = await database.run(claimed)
    page = await database.run(read_page, claimed_now, "", 40)
    chunk = make_chunk(claimed_now, page, frozenset())
    transport = log_in(players[0])
    assert await database.run(store_chunk, claimed_now, chunk)
    await deliver_chunk(claimed_now, chunk)
    copy = await database.run(copy_of, players[0])
    assert transport.texts == [copy.document.encode()]
    assert claimed_now.delivered == claimed_now.cursor == players[39].id


async def test_what_a_dead_worker_stored_and_did_not_deliver_its_successor_delivers(
    stage: Stage, players: list[Player], log_in: Callable[[Player], PlayedTransport]
) -> None:
    await database.run(send, stage, *players)
    dead = await database.run(claimed)
    first = await database.run(store_next, dead)
    assert first is not None
    await deliver_chunk(dead, first)
    await database.run(store_next, dead)
    await database.run(store_next, dead)
    delivered, left = log_in(players[0]), log_in(players[50])
    await Broadcast.objects.aupdate(due_ms=0)  # its lease has ended
    await expand_all()
    copy = await database.run(copy_of, players[50])
    assert left.texts == [copy.document.encode()]
    assert delivered.texts == []
    row = await Broadcast.objects.aget()
    assert (row.state, row.delivered, row.due_ms) == ("expanded", players[100].id, None)


async def test_undecided_copies_of_a_dead_worker_are_decided_by_its_successor(
    stage: Stage, players: list[Player]
) -> None:
    await database.run(send, stage, *players)
    dead = await database.run(claimed)
    page = await database.run(read_page, dead, "", 40)
    chunk = make_chunk(dead, page, {players[7].id})
    assert await database.run(store_chunk, dead, chunk)
    await Broadcast.objects.aupdate(due_ms=0)
    successor = await database.run(claimed)
    await deliver_again(successor)
    assert (await database.run(copy_of, players[7])).reason == "no_device"


async def test_a_player_who_is_gone_since_the_page_was_read_holds_up_nobody(
    stage: Stage, players: list[Player]
) -> None:
    await database.run(send, stage, *players)
    claimed_now = await database.run(claimed)
    page = await database.run(read_page, claimed_now, "", 40)
    chunk = make_chunk(claimed_now, page, frozenset())
    await players[5].adelete()
    stored = await expansion._store(claimed_now, chunk)
    assert stored is not None
    assert await database.run(state) == ("expanding", 40, 0)
    assert claimed_now.cursor == players[39].id


async def _until(rows: "QuerySet[Broadcast]") -> None:
    async with asyncio.timeout(60):
        while not await rows.aexists():  # noqa: ASYNC110  # the database calls nobody back
            await asyncio.sleep(0)


async def test_a_small_message_does_not_wait_for_a_large_one(
    stage: Stage, players: list[Player], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expansion_chunks, "CHUNK", 5)
    monkeypatch.setattr(expansion, "SIDE_BY_SIDE", 1)
    monkeypatch.setattr(expansion, "TURN_SECONDS", 0.0)
    crowd = await database.run(add_players, stage, 600, "crowd")
    await database.run(send, stage, *crowd)
    expanding = asyncio.create_task(expand_all())
    await _until(Broadcast.objects.filter(expanded__gt=0))
    small = await database.run(send, stage, *players)
    assert small is not None
    await _until(Broadcast.objects.filter(pk=small.message[0], state="expanded"))
    large = await Broadcast.objects.aget(total=600)
    assert (large.state, large.expanded < 600) == ("expanding", True)
    await expanding
    assert await PlayerMessage.objects.acount() == 701


async def test_a_broken_message_is_put_off_and_holds_up_nobody(
    stage: Stage, players: list[Player], caplog: pytest.LogCaptureFixture
) -> None:
    broken = await database.run(send, stage, *players)
    assert broken is not None
    await Broadcast.objects.aupdate(player_ids="[")
    sound = await database.run(send, stage, *players)
    assert sound is not None
    with caplog.at_level(logging.ERROR):
        await expand_all()
    assert [record.getMessage() for record in caplog.records] == [
        f"broadcast {broken.message[0]} failed; it is tried again later"
    ]
    assert (await Broadcast.objects.aget(pk=sound.message[0])).state == "expanded"
    row = await Broadcast.objects.aget(pk=broken.message[0])
    assert (row.state, row.claim) == ("expanding", "")
    assert row.due_ms is not None
    assert 25_000 < row.due_ms - now_ms() <= 30_000


# --- whom it is for ---------------------------------------------------------------------------------------


async def test_all_players_of_the_stage_and_of_no_other_get_it(stage: Stage, players: list[Player]) -> None:
    await Player.objects.acreate(stage=await database.run(stage.game.stage, "live"))
    await database.run(lambda: send(stage, everybody=True))
    await expand_all()
    assert await database.run(receivers) == [player.id for player in players]
    assert (await Broadcast.objects.aget()).total == 101


async def test_a_segment_querys_players_get_it(stage: Stage, players: list[Player]) -> None:
    def prepare() -> None:
        values = {"FR": {"name": "", "description": ""}}
        save_segment(stage.game, "COUNTRY", None, name="", values=values)
        save_query(stage.game, "FRENCH", None, name="", query={"segment": "COUNTRY", "is": "FR"})
        Player.objects.filter(id__in=[player.id for player in players[::2]]).update(
            segments={"COUNTRY": "FR"}
        )
        send(stage, query="FRENCH")

    await database.run(prepare)
    await expand_all()
    assert await database.run(receivers) == [player.id for player in players[::2]]
    assert (await Broadcast.objects.aget()).total == 51


async def test_players_who_register_later_are_not_run_after(stage: Stage, players: list[Player]) -> None:
    await database.run(lambda: send(stage, everybody=True))
    await Broadcast.objects.aupdate(rate=40)
    await expand_due()
    late = await database.run(add_players, stage, 5, "late")
    await Broadcast.objects.aupdate(rate=None, paced_until_ms=0, due_ms=0)
    await expand_all()
    assert await database.run(receivers) == [player.id for player in players]
    assert late[0].id not in await database.run(receivers)


# --- how fast ---------------------------------------------------------------------------------------------


async def test_a_rate_lets_a_slice_through_at_a_time_whoever_the_worker_is(
    stage: Stage, players: list[Player]
) -> None:
    await database.run(send, stage, *players)
    await Broadcast.objects.aupdate(rate=40)
    before = now_ms()
    assert await expand_due()
    assert not await expand_due(), "the slice is used up"
    row = await Broadcast.objects.aget()
    assert (row.state, row.expanded) == ("expanding", 10)
    assert row.due_ms == row.paced_until_ms
    assert row.paced_until_ms >= before
    await Broadcast.objects.aupdate(due_ms=0)  # whoever looks early finds the time on the row
    assert (await database.run(claimed)).progress.paced_until_ms == row.paced_until_ms


async def test_a_worker_comes_back_for_the_next_slice_by_itself(
    stage: Stage, players: list[Player], monkeypatch: pytest.MonkeyPatch
) -> None:
    woken = asyncio.Event()
    monkeypatch.setattr(expansion, "wake", lambda name: woken.set())
    await database.run(send, stage, *players)
    await Broadcast.objects.aupdate(rate=40)
    await expand_due()
    async with asyncio.timeout(60):
        await woken.wait()
    assert await expand_due()
    assert await database.run(state) == ("expanding", 20, 0)


# --- claims -----------------------------------------------------------------------------------------------


async def test_a_claim_is_renewed_while_its_worker_is_at_it(stage: Stage, players: list[Player]) -> None:
    await database.run(send, stage, *players)
    (claim,) = await database.run(claim_due, 1)
    await Broadcast.objects.aupdate(due_ms=now_ms() + 5)
    await database.run(renew, claim)
    row = await Broadcast.objects.aget()
    assert row.due_ms is not None
    assert row.due_ms - now_ms() > LEASE_MS - 1000
    await Broadcast.objects.aupdate(claim="taken over", due_ms=7)
    await database.run(renew, claim)
    assert await database.run(release, claim, "") is None
    row = await Broadcast.objects.aget()
    assert (row.claim, row.due_ms) == ("taken over", 7)


async def test_the_claim_of_a_process_that_is_known_dead_is_taken_over_at_once(
    stage: Stage, players: list[Player], own_redis: RedisServer
) -> None:
    async def live(client: Any) -> None:
        for node in (node_id(), "dying"):
            await client.sadd(redis_keys.LEASES, f"{node}.1")
            await client.set(redis_keys.alive(f"{node}.1"), "")

    await ask(live, within=10)
    await database.run(send, stage, *players)
    dying = await database.run(claimed)
    await Broadcast.objects.aupdate(node="dying")
    assert not await expand_due(), "it lives and holds the claim"
    declare_dead("dying")
    assert await expand_due()
    assert (await Broadcast.objects.aget()).due_ms == 0, "its lease does not have to lapse"
    await expand_all()
    assert await database.run(state) == ("expanded", 101, 0)
    assert await database.run(store_next, dying) is None
    await redis.stop()


async def test_documents_name_their_own_recipient(stage: Stage, players: list[Player]) -> None:
    await database.run(send, stage, *players)
    await expand_all()
    message = await Message.objects.aget()
    async for copy in PlayerMessage.objects.all():
        document = json.loads(copy.document)
        assert (document["messageId"], document["playerId"]) == (copy.id, copy.player_id)
        assert (copy.created_ms, copy.expires_ms) == (message.created_ms, message.expires_ms)
