"""Replays: stored messages under a draft. Nothing that players have is changed."""

from collections.abc import Callable
from typing import Any

import pytest

from games.models import Game, Stage
from messaging.compiling import compile_message
from messaging.message_settings import save_version
from messaging.message_types import message_type
from messaging.models import PlayerMessage
from messaging.past_messages import newest_copies
from messaging.rendering import CompiledMessage
from messaging.replay import replay
from messaging.settings_shape import DEFAULTS
from players.models import Player
from players.segment_settings import save_query
from tests.messaging.sending import send

pytestmark = pytest.mark.django_db
FRENCH = {"segment": "LANGUAGE", "is": "FR"}


def draft(template: str, french: str) -> CompiledMessage:
    return compile_message("FriendMessage", settings(template, french))


def settings(template: str, french: str) -> dict[str, Any]:
    texts = {"title": "", "subTitle": "", "json": {}}
    return {
        **DEFAULTS,
        "template": template,
        "variants": [{"segmentQuery": "FRENCH", **texts, "template": french}],
    }


@pytest.fixture
def sent(game: Game, stage: Stage, add_player: Callable[..., Player]) -> list[PlayerMessage]:
    """20 FriendMessages, every other to a French player; the newest has no `who`."""
    save_query(game, "FRENCH", None, query=FRENCH)
    save_version(message_type(game, "FriendMessage"), settings("${who} says hi", "${who} dit bonjour"), None)
    english, french = add_player("ana"), add_player("anne", segments={"LANGUAGE": "FR"})
    for number in range(20):
        who = {} if number == 19 else {"who": f"Bo{number}"}
        data = {**who, "message": "m"}
        send(stage, french if number % 2 else english, message_class="FriendMessage", data=data)
    return list(PlayerMessage.objects.order_by("-message_id"))


def test_replay_lists_exactly_what_the_draft_changes(stage: Stage, sent: list[PlayerMessage]) -> None:
    before = list(PlayerMessage.objects.order_by("id").values_list("document", flat=True))
    rows = replay(stage.pk, draft("${who} says hi", "${who} dit salut"))
    assert [row.copy.pk for row in rows] == [copy.pk for copy in sent]
    assert [row.changed for row in rows] == [True, False] * 10
    (change,) = rows[2].changes
    assert (change.label, [tuple(part) for part in change.parts]) == (
        "Message",
        [("same", "Bo17 dit "), ("gone", "bonjour"), ("new", "salut")],
    )
    assert [row.warnings for row in rows if row.warnings] == [('template: "who" is not in the message',)]
    assert rows[0].warnings
    assert list(PlayerMessage.objects.order_by("id").values_list("document", flat=True)) == before


def test_replay_tells_another_variant(stage: Stage, sent: list[PlayerMessage]) -> None:
    rows = replay(stage.pk, compile_message("FriendMessage", {**DEFAULTS, "template": "${who} says hi"}))
    assert [(row.other_variant, row.before, row.after) for row in rows[:2]] == [
        (True, 0, None),
        (False, None, None),
    ]
    assert rows[0].changed


def test_past_messages_are_those_of_the_class_alone(
    stage: Stage, sent: list[PlayerMessage], add_player: Callable[..., Player]
) -> None:
    send(stage, add_player("cy"), data={"data": {}})
    assert [copy.pk for copy in newest_copies(stage.pk, "FriendMessage", 3)] == [copy.pk for copy in sent[:3]]
    assert newest_copies(stage.pk, "TeamChatMessage") == []
