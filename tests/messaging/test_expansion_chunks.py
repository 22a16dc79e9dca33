import json
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from games.config_store import configs
from games.events import Overrides
from games.models import Stage
from messaging import expansion_chunks
from messaging.expansion_chunks import CHUNK_BYTES, Expansion, make_chunk, read_page, store_chunk
from messaging.expansion_claims import claim_due
from messaging.jobs import claim_undecided
from messaging.message_settings import save_version
from messaging.message_types import message_type
from messaging.models import Broadcast, Message, PlayerMessage
from players.models import BlockedPlayer, Player
from protocol.dates import now_ms
from push.devices import register
from push.models import OutboxPush
from tests.messaging.expanding import add_players, claimed, receivers, state, store_next
from tests.messaging.sending import send


@pytest.fixture
def players(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> list[Player]:
    """101 players in order of id; an audience of them is expanded 40 at a time."""
    monkeypatch.setattr(expansion_chunks, "CHUNK", 40)
    return add_players(stage, 101)


@pytest.fixture
def queued(stage: Stage, players: list[Player]) -> list[Player]:
    """They are sent a message."""
    send(stage, *players)
    return players


def row(player: Player) -> PlayerMessage:
    return PlayerMessage.objects.get(player=player)


def test_an_audience_is_expanded_in_chunks_and_everybody_gets_one(queued: list[Player]) -> None:
    expansion = claimed()
    sizes = []
    while expansion.progress.state == "expanding":
        chunk = store_next(expansion)
        assert chunk is not None
        sizes.append(len(chunk.rows))
    assert sizes == [40, 40, 21]
    assert state() == ("expanded", 101, 0)
    assert receivers() == [player.id for player in queued]


def test_an_audience_that_ends_with_a_full_chunk_is_at_its_end(stage: Stage, players: list[Player]) -> None:
    send(stage, *players, *add_players(stage, 19, "q"))
    expansion = claimed()
    for expanded, after in [(40, "expanding"), (80, "expanding"), (120, "expanded")]:
        store_next(expansion)
        assert state() == (after, expanded, 0)
    assert store_next(expansion) is None


def test_chunks_cost_the_same_number_of_queries_however_many_players_there_are(
    queued: list[Player], django_assert_num_queries: Callable[[int], object]
) -> None:
    expansion = claimed()
    store_next(expansion)
    with django_assert_num_queries(7):  # facts, devices, savepoint, row, copies, progress, release
        store_next(expansion)


def test_who_lost_the_claim_writes_nothing(queued: list[Player]) -> None:
    late = claimed()
    store_next(late)
    assert claim_due(1) == [], "it is claimed"
    Broadcast.objects.update(due_ms=0)
    successor = claimed()
    assert store_next(late) is None
    while successor.progress.state == "expanding":
        store_next(successor)
    assert receivers() == [player.id for player in queued]


def test_an_audience_is_expanded_under_the_settings_it_was_sent_under(
    stage: Stage, queued: list[Player]
) -> None:
    save_version(message_type(stage.game, "ScriptMessage"), {"template": "changed since"}, None)
    configs.clear()
    store_next(claimed())
    assert {json.loads(each.document)["summary"] for each in PlayerMessage.objects.all()} == {"ScriptMessage"}


def test_what_an_event_says_to_one_player_alone_is_kept(stage: Stage, players: list[Player]) -> None:
    ranks = {player.id: {"rank": number} for number, player in enumerate(players)}
    send(stage, *players, per_player=ranks)
    store_next(claimed())
    documents = [json.loads(row(player).document) for player in players[:40]]
    assert [document["rank"] for document in documents] == list(range(40))


# --- decided before they are stored -----------------------------------------------------------------------


def test_who_is_away_without_a_device_is_decided_on_in_the_same_row(
    stage: Stage, queued: list[Player]
) -> None:
    Message.objects.update(created_ms=now_ms() - 60_000)
    store_next(claimed())
    copy = row(queued[0])
    assert (copy.state, copy.reason, copy.due_ms, copy.pushed) == (
        "waiting",
        "no_device",
        copy.expires_ms,
        False,
    )
    assert claim_undecided() == []


def test_a_push_is_queued_in_the_same_transaction(stage: Stage, players: list[Player]) -> None:
    register(players[0], "ios", "a" * 64)
    send(stage, *players)
    store_next(claimed())
    copy = row(players[0])
    assert (copy.state, copy.reason, copy.pushed) == ("waiting", "waiting_offline", True)
    push = OutboxPush.objects.get()
    assert (push.player_message_id, push.player_id, push.device_os) == (copy.id, players[0].id, "ios")


def test_devices_are_not_read_for_a_message_that_is_not_pushed(
    stage: Stage, players: list[Player], django_assert_num_queries: Callable[[int], object]
) -> None:
    send(stage, *players, overrides=Overrides(send_as_push=False))
    expansion = claimed()
    with django_assert_num_queries(6):
        store_next(expansion)
    assert row(players[0]).reason == "waiting_offline"


def test_who_is_online_is_left_undecided_for_after_the_commit(stage: Stage, queued: list[Player]) -> None:
    expansion = claimed()
    page = read_page(expansion, "", 40)
    chunk = make_chunk(expansion, page, {queued[0].id})
    assert store_chunk(expansion, chunk)
    copy = row(queued[0])
    assert (copy.state, copy.reason) == ("waiting", "")
    assert copy.due_ms is not None
    assert 4_000 < copy.due_ms - now_ms() <= 5_000, "the sweeper has it if nobody else does"
    assert [delivery.message_id for delivery in chunk.live] == [copy.id]
    assert len(chunk.away) == 39


def test_who_blocks_the_sender_is_not_owed_the_message(stage: Stage, players: list[Player]) -> None:
    BlockedPlayer.objects.create(player=players[1], blocked=players[0])
    send(stage, *players, origin={"playerId": players[0].id})
    chunk = store_next(claimed())
    assert chunk is not None
    assert row(players[1]).reason == "suppressed_blocked"
    assert row(players[1]).id not in chunk.away


# --- one bad copy fails alone -----------------------------------------------------------------------------


def test_a_copy_that_the_database_refuses_fails_alone(stage: Stage, queued: list[Player]) -> None:
    """The unique key of message and player refuses it: he has a copy already."""
    message = Message.objects.get()
    PlayerMessage.objects.create(
        message=message, player=queued[3], document="{}", created_ms=1, expires_ms=1, reason="first"
    )
    expansion = claimed()
    chunk = make_chunk(expansion, read_page(expansion, "", 40), frozenset())
    assert store_chunk(expansion, chunk, one_by_one=True)
    assert state() == ("expanding", 39, 1)
    assert row(queued[3]).reason == "first"
    assert len(chunk.away) == 39
    assert receivers() == [player.id for player in queued[:40]]


def test_a_copy_that_cannot_be_made_fails_alone(stage: Stage, players: list[Player]) -> None:
    settings = {"template": "${player.displayName}"}
    save_version(message_type(stage.game, "ScriptMessage"), settings, None)
    configs.clear()
    send(stage, *players)
    expansion = claimed()
    page = read_page(expansion, "", 40)
    page.recipients[2] = replace(page.recipients[2], player_id=None)  # nothing that is stored does this
    chunk = make_chunk(expansion, page, frozenset())
    assert (len(chunk.rows), chunk.failed) == (39, 1)
    assert store_chunk(expansion, chunk)
    assert state() == ("expanding", 39, 1)


def test_large_documents_come_in_small_chunks(stage: Stage, players: list[Player]) -> None:
    send(stage, *players, data={"data": {"text": "x" * (CHUNK_BYTES // 10)}})
    expansion: Expansion = claimed()
    assert expansion.next_size(expansion.progress) == 9
