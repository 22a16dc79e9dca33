import json
from collections.abc import Callable

import pytest

from games.config_store import configs
from games.models import Stage
from messaging import expansion
from messaging.jobs import due_ids
from messaging.message_settings import save_version
from messaging.message_types import message_type
from messaging.models import Message, PlayerMessage
from players.models import Player
from protocol.dates import now_ms
from tests.messaging.sending import send


@pytest.fixture
def queued(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> list[Player]:
    """A message queued for 101 players, expanded 40 at a time."""
    monkeypatch.setattr(expansion, "CHUNK", 40)
    players = [
        Player(stage=stage, user_name=f"p{number}", display_name="", created_ms=1) for number in range(101)
    ]
    Player.objects.bulk_create(players)
    send(stage, *players)
    return players


def _copies() -> list[str]:
    return sorted(PlayerMessage.objects.values_list("player_id", flat=True))


def test_an_audience_is_expanded_in_chunks_and_everybody_gets_one(queued: list[Player]) -> None:
    claimed = expansion.claim_next()
    assert claimed is not None
    sizes = []
    while (deliveries := expansion.expand_chunk(claimed)) is not None:
        sizes.append(len(deliveries))
    assert sizes == [40, 40, 21]
    message = Message.objects.get()
    assert (message.state, message.recipients) == ("expanded", 101)
    assert _copies() == sorted(player.id for player in queued)


def test_a_claimed_message_is_taken_over_when_the_lease_ends_and_goes_on_from_the_cursor(
    queued: list[Player],
) -> None:
    first = expansion.claim_next()
    assert first is not None
    expansion.expand_chunk(first)
    assert expansion.claim_next() is None, "it is claimed"
    Message.objects.update(claimed_until_ms=0)
    second = expansion.claim_next()
    assert second is not None
    assert expansion.expand_chunk(first) is None, "the late worker lost its claim and writes nothing"
    while expansion.expand_chunk(second) is not None:
        pass
    assert _copies() == sorted(player.id for player in queued)


def test_chunks_cost_the_same_number_of_queries_however_many_players_there_are(
    queued: list[Player], django_assert_num_queries: Callable[[int], object]
) -> None:
    claimed = expansion.claim_next()
    assert claimed is not None
    expansion.expand_chunk(claimed)
    with django_assert_num_queries(6):  # savepoint, message, facts, insert, cursor, release
        expansion.expand_chunk(claimed)


def test_an_audience_is_expanded_under_the_settings_it_was_sent_under(
    stage: Stage, queued: list[Player]
) -> None:
    save_version(message_type(stage.game, "ScriptMessage"), {"template": "changed since"}, None)
    configs.clear()
    claimed = expansion.claim_next()
    assert claimed is not None
    expansion.expand_chunk(claimed)
    assert {json.loads(each.document)["summary"] for each in PlayerMessage.objects.all()} == {"ScriptMessage"}


def test_copies_made_late_are_not_at_once_due_to_be_decided_again(queued: list[Player]) -> None:
    Message.objects.update(created_ms=now_ms() - 60_000)
    claimed = expansion.claim_next()
    assert claimed is not None
    expansion.expand_chunk(claimed)
    assert due_ids() == []
