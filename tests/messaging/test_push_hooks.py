from collections.abc import Callable

import pytest

from games.config_store import configs
from games.events import Overrides
from games.models import Stage
from messaging.inbox import unread_counts
from messaging.message_settings import save_version
from messaging.message_types import message_type
from messaging.models import PlayerMessage
from messaging.push_hooks import note_outcomes, unwanted
from players.models import Player
from push.hooks import Outcome
from tests.messaging.sending import send

AddPlayer = Callable[..., Player]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, None),
        ({"dismissed": True}, "dismissed"),
        ({"expires_ms": 1}, "expired"),
        ({"seen": True}, "suppressed_read"),
        ({"state": "delivered"}, "suppressed_on_socket"),
    ],
)
def test_a_push_leaves_only_while_it_is_wanted(
    stage: Stage, add_player: AddPlayer, change: dict[str, object], reason: str | None
) -> None:
    send(stage, add_player("ana"))
    PlayerMessage.objects.update(**change)
    row = PlayerMessage.objects.get()
    assert unwanted([row.id]) == ({} if reason is None else {row.id: reason})


def test_always_push_is_wanted_though_the_client_confirmed(stage: Stage, add_player: AddPlayer) -> None:
    send(stage, add_player("ana"), overrides=Overrides(suppress_push_on_socket_send=False))
    PlayerMessage.objects.update(state="delivered")
    assert unwanted([PlayerMessage.objects.get().id]) == {}


def test_expire_after_0_still_lets_its_push_leave(stage: Stage, add_player: AddPlayer) -> None:
    send(stage, add_player("ana"), overrides=Overrides(expire_after_hours=0))
    assert unwanted([PlayerMessage.objects.get().id]) == {}


def test_the_badge_counts_unseen_messages_whose_settings_count(stage: Stage, add_player: AddPlayer) -> None:
    ana, bob = add_player("ana"), add_player("bob")
    for _ in range(3):
        send(stage, ana, bob)
    send(stage, ana, overrides=Overrides(include_in_push_count=False))
    first, second, *_ = PlayerMessage.objects.filter(player=ana).order_by("id")
    PlayerMessage.objects.filter(id=first.id).update(seen=True)
    PlayerMessage.objects.filter(id=second.id).update(dismissed=True)
    assert unread_counts([ana.id, bob.id]) == {ana.id: 1, bob.id: 3}


def test_the_best_outcome_of_several_devices_stands(stage: Stage, add_player: AddPlayer) -> None:
    ana = add_player("ana")
    send(stage, ana)
    row = PlayerMessage.objects.get()
    note_outcomes([Outcome(row.id, ana.id, "pushed"), Outcome(row.id, ana.id, "push_failed:Unregistered")])
    row.refresh_from_db()
    assert row.reason == "pushed"
    PlayerMessage.objects.update(state="delivered", reason="confirmed_socket")
    note_outcomes([Outcome(row.id, ana.id, "pushed")])
    row.refresh_from_db()
    assert row.reason == "confirmed_socket"


def test_asking_costs_the_same_for_one_and_for_three_of_an_older_version(
    stage: Stage, add_player: AddPlayer, django_assert_num_queries: Callable[[int], object]
) -> None:
    row = message_type(stage.game, "ScriptMessage")
    save_version(row, {"suppressPushOnSocketSend": False}, None)
    configs.clear()
    for name in ("ana", "bob", "eve"):
        send(stage, add_player(name))
    PlayerMessage.objects.update(state="delivered")
    save_version(row, {"suppressPushOnSocketSend": True}, None)
    configs.clear()
    configs.current(stage.pk)
    ids = list(PlayerMessage.objects.values_list("id", flat=True))
    with django_assert_num_queries(2):  # the copies, the version
        assert unwanted(ids[:1]) == {}
    with django_assert_num_queries(2):
        assert unwanted(ids) == {}


def test_outcomes_cost_one_statement_a_reason(
    stage: Stage, add_player: AddPlayer, django_assert_num_queries: Callable[[int], object]
) -> None:
    players = [add_player(name) for name in ("ana", "bob", "eve")]
    send(stage, *players)
    copies = {row.player_id: row.id for row in PlayerMessage.objects.all()}
    outcomes = [Outcome(copies[player.id], player.id, "pushed") for player in players]
    outcomes.append(Outcome(outcomes[0].player_message_id, players[0].id, "push_failed:Unregistered"))
    with django_assert_num_queries(2):
        note_outcomes(outcomes)
    assert set(PlayerMessage.objects.values_list("reason", flat=True)) == {"pushed"}
