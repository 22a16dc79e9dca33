"""Nothing is left to a player who was deleted, whatever was being stored at that moment."""

from collections.abc import Callable
from typing import Any

import pytest

from games.models import Stage
from messaging import departing
from messaging.departing import SETTLED_MS, forget_departed
from messaging.models import DepartedPlayer, Message, PlayerMessage
from players.models import Player
from protocol.dates import now_ms

Store = Callable[[str], None]


@pytest.fixture
def store(stage: Stage) -> Store:
    """`store(player_id)`: a copy, as a transaction stores it that had read the player before."""
    times: dict[str, Any] = {"created_ms": now_ms(), "expires_ms": now_ms() + 60_000}
    message = Message.objects.create(stage=stage, message_class="ScriptMessage", **times)

    def of_another_message(player_id: str) -> None:
        again = Message.objects.create(stage=stage, message_class=message.message_class, **times)
        PlayerMessage.objects.create(message=again, player_id=player_id, document="{}", **times)

    return of_another_message


def settle() -> None:
    DepartedPlayer.objects.update(at_ms=now_ms() - SETTLED_MS)


def test_copies_stored_while_their_player_was_deleted_are_deleted_in_batches(
    store: Store, add_player: Callable[..., Player], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(departing, "BATCH", 2)
    ana, bob = add_player("ana"), add_player("bob")
    gone = ana.id
    store(gone)
    store(bob.id)
    ana.delete()
    assert PlayerMessage.objects.count() == 1, "the player's own go with the player"
    for _ in range(3):
        store(gone)
    settle()
    assert [forget_departed(), forget_departed()] == [True, False]
    assert list(PlayerMessage.objects.values_list("player_id", flat=True)) == [bob.id]
    assert not DepartedPlayer.objects.exists()


def test_a_player_deleted_a_moment_ago_is_waited_for(store: Store, add_player: Callable[..., Player]) -> None:
    ana = add_player("ana")
    gone = ana.id
    ana.delete()
    assert not forget_departed()
    store(gone)
    settle()
    assert not forget_departed()
    assert not PlayerMessage.objects.exists()


def test_players_deleted_by_a_query_are_waited_for_too(
    stage: Stage, add_player: Callable[..., Player]
) -> None:
    players = {add_player("ana").id, add_player("bob").id}
    Player.objects.filter(stage=stage).delete()
    assert set(DepartedPlayer.objects.values_list("player_id", flat=True)) == players


def test_who_is_banned_keeps_what_was_sent(store: Store, add_player: Callable[..., Player]) -> None:
    from players.departures import departing as depart

    ana = add_player("ana")
    store(ana.id)
    depart([ana.id], deleted=False)
    settle()
    assert not forget_departed()
    assert PlayerMessage.objects.count() == 1
