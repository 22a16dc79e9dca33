"""What traces say of decisions, of audiences, and of players who were in none."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from games.events import PlatformEvent
from games.models import Game, Stage
from games.signals import platform_event
from messaging.audience_proof import proof
from messaging.decision import Target
from messaging.decision_inputs import noted
from messaging.message_settings import save_version
from messaging.message_types import message_type
from messaging.models import Message, PlayerMessage
from messaging.outcomes import Outcome, write_outcomes
from messaging.settings_shape import DEFAULTS
from messaging.trace import attempts_of, reason_of, trace
from players.models import Player
from players.segment_settings import save_query
from protocol.run import Run
from push.devices import register
from tests.messaging.expanding import claimed, store_next
from tests.messaging.sending import send

pytestmark = pytest.mark.django_db
AddPlayer = Callable[..., Player]


def configure(game: Game, **settings: Any) -> None:
    save_version(message_type(game, "FriendMessage"), {**DEFAULTS, **settings}, None)


def friend_message(stage: Stage, player: Player) -> PlayerMessage:
    send(stage, player, message_class="FriendMessage", data={"who": "Bo", "message": "m"})
    return PlayerMessage.objects.select_related("message__version", "player").get(player=player)


def decide(copy: PlayerMessage, reason: str, *devices: str, online: bool = False) -> PlayerMessage:
    """As delivery writes it."""
    targets = [Target("5a0000000000000000000001", each, "apns") for each in devices]
    decided = noted(copy.created_ms + 7, online, targets)
    outcome = Outcome(copy.message.stage_id, copy.pk, reason, "waiting", None, (), decided)
    write_outcomes([outcome])
    copy.refresh_from_db()
    return copy


def sentence(copy: PlayerMessage) -> str:
    return reason_of(copy, attempts_of(copy)).sentence


def test_sentence_names_the_device_and_the_restriction(
    game: Game, stage: Stage, add_player: AddPlayer
) -> None:
    configure(game, deviceTypes=["android"])
    copy = decide(friend_message(stage, add_player("ana")), "suppressed_device_type", "ios")
    expected = "Not pushed: the only device was an ios device and this message is restricted to android."
    assert sentence(copy) == expected
    copy = decide(copy, "suppressed_device_type", "ios", "web", "kindle")
    expected = "Not pushed: the devices were ios, kindle and web and this message is restricted to android."
    assert sentence(copy) == expected


def test_decision_is_told_with_what_it_saw(game: Game, stage: Stage, add_player: AddPlayer) -> None:
    configure(game, deviceTypes=["ios", "web"], expireAfterHours=5)
    copy = decide(friend_message(stage, add_player("ana")), "waiting_offline", "web", "ios")
    (event,) = [each for each in trace(copy).events if each.what.startswith("decided on")]
    assert event.at_ms == copy.created_ms + 7
    assert event.what == (
        "decided on: the player was away; devices ios and web; "
        "socket on, push on but not when the socket got it, to ios and web alone, kept for 5 h"
    )


def test_later_decision_without_devices_keeps_what_an_earlier_one_saw(
    stage: Stage, add_player: AddPlayer
) -> None:
    copy = decide(friend_message(stage, add_player("ana")), "waiting_offline", "ios")
    decide(copy, "confirmed_socket")
    assert any("devices ios;" in event.what for event in trace(copy).events)


def test_players_who_are_away_are_decided_on_with_their_devices(
    game: Game, stage: Stage, add_player: AddPlayer
) -> None:
    configure(game, deviceTypes=["android"])
    ana, bo = add_player("ana"), add_player("bo")
    register(ana, "ios", "a" * 64)
    message = broadcast(stage, everybody=True)
    expand()
    copies = {copy.player_id: copy for copy in PlayerMessage.objects.filter(message=message)}
    assert sentence(copies[ana.pk]).startswith("Not pushed: the only device was an ios device")
    assert (copies[bo.pk].reason, copies[bo.pk].decided) == ("no_device", "")


def broadcast(stage: Stage, **audience: Any) -> Message:
    event = PlatformEvent(
        stage_id=stage.pk, message_class="FriendMessage", data={"who": "Bo"}, later=True, **audience
    )
    with transaction.atomic():
        ((_, unit),) = platform_event.send(sender="test", run=Run(), event=event)
    return Message.objects.get(pk=unit.message[0])


def expand() -> None:
    from messaging.expansion_chunks import count_audience

    expansion = claimed()
    if expansion.progress.total is None:
        count_audience(expansion)
    while expansion.progress.state == "expanding" and store_next(expansion):
        pass


def test_proof_evaluates_the_audience_s_query_for_the_player(
    game: Game, stage: Stage, add_player: AddPlayer
) -> None:
    tree = {"all": [{"segment": "LANGUAGE", "is": "FR"}, {"field": "country", "op": "eq", "value": "FR"}]}
    save_query(game, "FRENCH", None, query=tree)
    ana = add_player("ana", segments={"LANGUAGE": "FR"}, location={"country": "BE"})
    message = broadcast(stage, query="FRENCH")
    assert proof(message, ana).sentence == (
        "Not reached yet: the audience is still being worked through (expanding)."
    )
    expand()
    message = Message.objects.get(pk=message.pk)
    found = proof(message, ana)
    assert found.sentence == (
        "This player was not in the audience, the segment query FRENCH, and does not match it now either."
    )
    assert found.answer is not None
    assert [(leaf.words, leaf.holds, leaf.actual) for leaf in found.answer.leaves()] == [
        ("segment LANGUAGE is FR", True, "FR"),
        ("country is FR", False, "BE"),
    ]


def test_proof_says_who_came_later_and_who_was_not_on_the_list(stage: Stage, add_player: AddPlayer) -> None:
    ana = add_player("ana")
    to_all, to_ana = broadcast(stage, everybody=True), broadcast(stage, player_ids=(ana.pk,))
    expand()
    expand()
    bo = add_player("bo")
    assert proof(Message.objects.get(pk=to_all.pk), bo).sentence == (
        "It was sent to all players; this one came after they had been counted."
    )
    assert proof(Message.objects.get(pk=to_ana.pk), bo).sentence == (
        "This player was not in the audience: it was sent to a list of 1 players by id."
    )
