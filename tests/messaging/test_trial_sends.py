"""Test messages: real, marked, expanded by a worker, and left out of what is counted."""

import json
from collections.abc import Callable

import pytest

from games.events import OWN_TEXTS
from games.models import AuditEntry, Game, Stage, User
from messaging.message_settings import save_version
from messaging.message_types import message_type
from messaging.models import Message, PlayerMessage
from messaging.past_messages import newest_copies
from messaging.resending import resend
from messaging.settings_shape import DEFAULTS
from messaging.trace import trace
from messaging.trial_sends import NotSendable, Trial, send_trial
from players.models import Player
from players.segment_settings import save_query
from push.counting import count_endings
from push.devices import register
from push.endings import Ending
from push.models import OutboxPush, PushCount
from tests.messaging.expanding import claimed, store_next

pytestmark = pytest.mark.django_db


@pytest.fixture
def french(game: Game, add_player: Callable[..., Player]) -> Player:
    save_query(game, "FRENCH", None, query={"segment": "LANGUAGE", "is": "FR"})
    variants = [{"segmentQuery": "FRENCH", "title": "", "subTitle": "", "template": "Salut", "json": {}}]
    settings = {**DEFAULTS, "template": "Hello ${who}", "variants": variants}
    save_version(message_type(game, "FriendMessage"), settings, None)
    return add_player("anne", segments={"LANGUAGE": "FR"})


def expanded(message_id: str) -> PlayerMessage:
    """After a worker came by."""
    while store_next(claimed()):
        if PlayerMessage.objects.filter(message_id=message_id).exists():
            break
    return PlayerMessage.objects.select_related("message__version", "player").get(message_id=message_id)


@pytest.mark.parametrize(
    ("variant", "summary"), [(None, "Salut"), (OWN_TEXTS, "Hello Ada"), (0, "Salut"), (7, "Hello Ada")]
)
def test_test_message_has_the_variant_that_is_asked_for(
    stage: Stage, owner: User, french: Player, variant: int | None, summary: str
) -> None:
    copy = expanded(send_trial(stage, Trial("FriendMessage", french, variant=variant), owner))
    assert json.loads(copy.document)["summary"] == summary
    assert copy.message.test


def test_test_message_is_audited_traced_and_no_past_message(
    stage: Stage, owner: User, french: Player
) -> None:
    message_id = send_trial(stage, Trial("FriendMessage", french, {"who": "Bo"}, OWN_TEXTS), owner)
    entry = AuditEntry.objects.get(action="message.tested")
    assert (entry.actor_name, entry.target) == ("olga", message_id)
    assert entry.detail == {
        "stage": "preview",
        "class": "FriendMessage",
        "player": french.pk,
        "variant": "none",
    }
    events = [event.what for event in trace(expanded(message_id)).events]
    assert events[0] == "created by a test send of olga, a test message, which is not counted"
    assert newest_copies(stage.pk, "FriendMessage") == []


def test_pushes_of_tests_are_not_counted(stage: Stage, owner: User, french: Player) -> None:
    register(french, "ios", "a" * 64)
    message_id = send_trial(stage, Trial("FriendMessage", french), owner)
    expanded(message_id)
    row = OutboxPush.objects.get()
    assert row.test
    count_endings([Ending(row, "sent", "", "pushed", row.created_ms)])
    assert not PushCount.objects.exists()
    row.test = False
    count_endings([Ending(row, "sent", "", "pushed", row.created_ms)])
    assert PushCount.objects.get().sent == 1


def test_resend_is_a_new_message_with_the_same_data(stage: Stage, owner: User, french: Player) -> None:
    first = expanded(send_trial(stage, Trial("FriendMessage", french, {"who": "Bo"}), owner))
    Message.objects.filter(pk=first.message_id).update(test=False)
    first.message.refresh_from_db()
    second = expanded(resend(stage, first, owner))
    assert second.pk != first.pk
    assert json.loads(second.document) == {**json.loads(first.document), "messageId": second.pk}
    assert not second.message.test
    assert trace(second).events[0].what == f"created by a resend of {first.pk} of olga"


def test_a_message_that_only_ends_sessions_is_not_sent_as_a_test(
    stage: Stage, owner: User, french: Player
) -> None:
    with pytest.raises(NotSendable):
        send_trial(stage, Trial("SessionTerminatedMessage", french), owner)
    assert (Message.objects.count(), AuditEntry.objects.filter(action="message.tested").count()) == (0, 0)
