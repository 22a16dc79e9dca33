from collections.abc import Callable, Iterator
from typing import Any

import pytest

from games.events import PlatformEvent
from games.models import Stage
from games.signals import platform_event
from players import friends, invites
from players.models import FriendInvite, Player
from protocol.errors import RequestError
from protocol.run import Run

pytestmark = pytest.mark.django_db

AddPlayer = Callable[..., Player]


@pytest.fixture
def told() -> Iterator[list[PlatformEvent]]:
    """What was told to whom."""
    events: list[PlatformEvent] = []

    def receive(event: PlatformEvent, **_: Any) -> None:
        events.append(event)

    platform_event.connect(receive)
    yield events
    platform_event.disconnect(receive)


def refusal(call: Callable[..., object], *args: Any, **named: Any) -> dict[str, Any]:
    with pytest.raises(RequestError) as refused:
        call(*args, **named)
    return refused.value.fields


def test_invite_tells_the_other_player(
    stage: Stage, ana: Player, bo: Player, told: list[PlatformEvent]
) -> None:
    invite_id = invites.invite(ana, bo, Run())
    assert told == [
        PlatformEvent(
            stage_id=stage.pk,
            message_class="ScriptMessage",
            ext_code="FLINT_FRIEND_INVITE",
            data={"inviteId": invite_id, "playerId": ana.pk, "displayName": "Ana"},
            player_ids=(bo.pk,),
            origin={"request": "InviteFriendRequest", "playerId": ana.pk},
        )
    ]


def test_inviting_again_gives_the_same_invitation_and_tells_nobody(
    ana: Player, bo: Player, told: list[PlatformEvent]
) -> None:
    first = invites.invite(ana, bo, Run())
    assert invites.invite(ana, bo, Run()) == first
    assert len(told) == 1


def test_accept_makes_friends_tells_the_sender_and_closes_both_invitations(
    ana: Player, bo: Player, told: list[PlatformEvent]
) -> None:
    invite_id = invites.invite(ana, bo, Run())
    invites.invite(bo, ana, Run())
    told.clear()
    invites.accept(bo.pk, invite_id, Run())
    assert friends.are_friends(ana.pk, bo.pk)
    assert friends.are_friends(bo.pk, ana.pk)
    assert not FriendInvite.objects.exists()
    (event,) = told
    assert (event.ext_code, event.player_ids) == ("FLINT_FRIEND_ACCEPTED", (ana.pk,))
    assert event.data == {"inviteId": invite_id, "playerId": bo.pk, "displayName": "Bo"}


def test_decline_closes_the_invitation_without_a_word(
    ana: Player, bo: Player, told: list[PlatformEvent]
) -> None:
    invite_id = invites.invite(ana, bo, Run())
    told.clear()
    invites.decline(bo.pk, invite_id)
    assert not FriendInvite.objects.exists()
    assert not friends.are_friends(ana.pk, bo.pk)
    assert told == []


def test_only_the_invited_player_may_answer(ana: Player, bo: Player, add_player: AddPlayer) -> None:
    invite_id = invites.invite(ana, bo, Run())
    for other in (ana, add_player("cy")):
        assert refusal(invites.accept, other.pk, invite_id, Run()) == {"inviteId": "INVALID"}
        assert refusal(invites.decline, other.pk, invite_id) == {"inviteId": "INVALID"}
    assert FriendInvite.objects.count() == 1


def test_invite_refuses_friends(ana: Player, bo: Player) -> None:
    friends.link(ana.pk, [bo.pk], friends.SERVER)
    assert refusal(invites.invite, ana, bo, Run()) == {"friend": "ALREADY"}


def test_invite_has_a_limit(stage: Stage, ana: Player, bo: Player) -> None:
    others = Player.objects.bulk_create(Player(stage=stage) for _ in range(100))
    FriendInvite.objects.bulk_create(
        FriendInvite(stage=stage, sender=ana, recipient=other) for other in others
    )
    assert refusal(invites.invite, ana, bo, Run()) == {"invite": "LIMIT"}


def test_find_invited_names_the_other_in_three_ways(stage: Stage, ana: Player, bo: Player) -> None:
    for named in ({"pk": bo.pk}, {"user_name": "bo"}, {"display_name": "Bo"}):
        assert invites.find_invited(stage.pk, ana.pk, **named) == bo


def test_find_invited_says_what_is_wrong(
    stage: Stage, live: Stage, ana: Player, bo: Player, add_player: AddPlayer
) -> None:
    elsewhere = add_player("dee", stage=live)
    add_player("bo2", display_name="Bo")
    for named, code in (
        ({"pk": ana.pk}, "SELF"),
        ({"display_name": "Ana"}, "SELF"),
        ({"display_name": "Bo"}, "AMBIGUOUS"),
        ({"user_name": "BO"}, "NOT_FOUND"),
        ({"pk": elsewhere.pk}, "NOT_FOUND"),
        ({"pk": "x"}, "NOT_FOUND"),
    ):
        assert refusal(invites.find_invited, stage.pk, ana.pk, **named) == {"friendId": code}


def test_a_namesake_of_oneself_is_the_other(stage: Stage, ana: Player, add_player: AddPlayer) -> None:
    other = add_player("ana2", display_name="Ana")
    assert invites.find_invited(stage.pk, ana.pk, display_name="Ana") == other


def test_lists_are_newest_first_and_paged(ana: Player, bo: Player, add_player: AddPlayer) -> None:
    cy = add_player("cy")
    older = invites.invite(ana, bo, Run())
    FriendInvite.objects.update(created_ms=1_795_366_800_000)
    newer = invites.invite(cy, bo, Run())
    FriendInvite.objects.filter(pk=newer).update(created_ms=1_795_366_860_000)
    first = {"inviteId": newer, "playerId": cy.pk, "displayName": "Cy", "when": "2026-11-22T17:01Z"}
    second = {"inviteId": older, "playerId": ana.pk, "displayName": "Ana", "when": "2026-11-22T17:00Z"}
    assert invites.received(bo.pk, 0, 50) == [first, second]
    assert invites.received(bo.pk, 1, 50) == [second]
    assert invites.received(bo.pk, -3, 1) == [first]
    assert invites.received(bo.pk, 0, -1) == []
    assert invites.sent(ana.pk, 0, 50) == [{**second, "playerId": bo.pk, "displayName": "Bo"}]
