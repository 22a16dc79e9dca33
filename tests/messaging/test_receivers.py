import contextlib
import json
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from games.models import Stage
from messaging.message_settings import save_version
from messaging.message_types import message_type
from messaging.models import Broadcast, Message, PlayerMessage
from messaging.rows import insert_copies
from players.models import BlockedPlayer, Player
from protocol.run import Run
from push.devices import register
from tests.messaging.sending import send

AddPlayer = Callable[..., Player]


def test_an_event_is_stored_once_with_a_copy_for_each_player(stage: Stage, add_player: AddPlayer) -> None:
    ana, bob = add_player("ana"), add_player("bob")
    send(stage, ana, bob, ana)
    message = Message.objects.get()
    assert (message.message_class, message.recipients, message.reached) == ("ScriptMessage", 2, 2)
    assert not Broadcast.objects.exists()
    copies = {copy.player_id: copy for copy in PlayerMessage.objects.all()}
    assert set(copies) == {ana.id, bob.id}
    assert json.loads(copies[ana.id].document) == {
        "@class": ".ScriptMessage",
        "data": {"n": 1},
        "messageId": copies[ana.id].id,
        "notification": True,
        "playerId": ana.id,
        "gameId": stage.game_id,
        "summary": "ScriptMessage",
    }
    assert copies[bob.id].state == "waiting"
    assert copies[bob.id].due_ms is not None
    looked_at = copies[bob.id].due_ms - message.created_ms
    assert 5_000 <= looked_at < 6_000, "undecided: the sweeper looks after 5 s"
    assert copies[bob.id].expires_ms == message.created_ms + 60 * 3_600_000


@pytest.mark.django_db(transaction=True)
def test_delivery_waits_for_the_commit_and_a_rollback_leaves_nothing(
    make_game: Callable[[], object], add_player: AddPlayer, stage: Stage
) -> None:
    ana, run = add_player("ana"), Run()
    with contextlib.suppress(RuntimeError), transaction.atomic():
        send(stage, ana, run=run)
        assert run.deliveries == []
        raise RuntimeError
    assert run.deliveries == []
    assert not Message.objects.exists()
    send(stage, ana, run=run)
    assert [delivery.player_id for delivery in run.deliveries] == [ana.id]


def test_a_player_has_one_copy_of_a_message_whatever_happens(stage: Stage, add_player: AddPlayer) -> None:
    unit = send(stage, add_player("ana"))
    assert unit is not None
    row = ("0" * 24, *unit.copies[0][1:])
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_copies([row])
    assert PlayerMessage.objects.count() == 1


def test_nobody_known_stores_nothing(stage: Stage) -> None:
    assert send(stage, Player(id="f" * 24)) is None
    assert not Message.objects.exists()


def test_more_than_100_players_are_left_to_the_worker(stage: Stage, add_player: AddPlayer) -> None:
    players = [add_player(f"p{number}") for number in range(101)]
    send(stage, *players)
    broadcast = Broadcast.objects.get()
    assert (broadcast.message, broadcast.state) == (Message.objects.get(), "expanding")
    assert (broadcast.audience, broadcast.total, broadcast.due_ms) == ("players", 101, 0)
    assert json.loads(broadcast.player_ids) == sorted(player.id for player in players)
    assert not PlayerMessage.objects.exists()


def test_a_variant_may_ask_what_another_package_knows(stage: Stage, add_player: AddPlayer) -> None:
    query = {"field": "deviceOS", "op": "eq", "value": "ios"}
    variants = [{"segmentQuery": query, "template": "On an iPhone", "title": "", "subTitle": "", "json": {}}]
    save_version(message_type(stage.game, "FriendMessage"), {"variants": variants}, None)
    ana, bob = add_player("ana"), add_player("bob")
    register(ana, "ios", "a" * 64)
    send(stage, ana, bob, message_class="FriendMessage", data={"message": "hi"})
    summaries = {copy.player_id: json.loads(copy.document)["summary"] for copy in PlayerMessage.objects.all()}
    assert summaries == {ana.id: "On an iPhone", bob.id: "FriendMessage"}


def test_who_blocks_the_sender_is_not_owed_the_message(stage: Stage, add_player: AddPlayer) -> None:
    ana, bob = add_player("ana"), add_player("bob")
    BlockedPlayer.objects.create(player=bob, blocked=ana)
    send(stage, bob, origin={"request": "InviteFriendRequest", "playerId": ana.id})
    copy = PlayerMessage.objects.get()
    assert (copy.state, copy.reason, copy.dismissed) == ("closed", "suppressed_blocked", True)
