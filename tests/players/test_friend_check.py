from collections.abc import Callable

import pytest
from pytest_django import DjangoAssertNumQueries

from games.models import Stage
from players import friends
from players.facts import Recipient
from players.friend_check import FriendKey, check_friends
from players.models import BlockedPlayer, Player

pytestmark = pytest.mark.django_db

AddPlayer = Callable[..., Player]


@pytest.fixture
def ana(add_player: AddPlayer) -> Player:
    return add_player("ana")


@pytest.fixture
def bo(add_player: AddPlayer, ana: Player) -> Player:
    bo = add_player("bo", segments={"COUNTRY": "FR"}, script_data={"level": 3}, created_ms=7, last_seen_ms=8)
    friends.link(ana.pk, [bo.pk], friends.INVITE)
    return bo


def test_check_friends_answers_with_the_facts(stage: Stage, ana: Player, bo: Player) -> None:
    facts = Recipient(
        player_id=bo.pk,
        user_name="bo",
        display_name="Bo",
        created_ms=7,
        last_seen_ms=8,
        segments={"COUNTRY": "FR"},
        script_data={"level": 3},
    )
    assert check_friends([FriendKey(stage.pk, ana.pk, bo.pk)]) == [facts]


def test_check_friends_refuses_strangers_and_oneself(
    stage: Stage, ana: Player, bo: Player, add_player: AddPlayer
) -> None:
    stranger = add_player("cy")
    keys = [FriendKey(stage.pk, ana.pk, other) for other in (stranger.pk, ana.pk)]
    assert check_friends(keys) == ["NOT_FRIEND", "NOT_FRIEND"]


def test_check_friends_knows_no_players_of_other_stages(
    stage: Stage, live: Stage, ana: Player, add_player: AddPlayer
) -> None:
    elsewhere = add_player("dee", stage=live)
    friends.link(ana.pk, [elsewhere.pk], friends.SERVER)
    unknown = ["", "x", "0" * 24, "$[0]", '"', elsewhere.pk]
    assert check_friends([FriendKey(stage.pk, ana.pk, id_) for id_ in unknown]) == ["INVALID"] * 6


def test_check_friends_says_whether_the_sender_is_blocked(stage: Stage, ana: Player, bo: Player) -> None:
    BlockedPlayer.objects.create(player=bo, blocked=ana)
    there, back = check_friends([FriendKey(stage.pk, ana.pk, bo.pk), FriendKey(stage.pk, bo.pk, ana.pk)])
    assert isinstance(there, Recipient)
    assert isinstance(back, Recipient)
    assert (there.blocked, back.blocked) == (True, False)


@pytest.mark.parametrize("count", [1, 3, 300])
def test_check_friends_takes_one_statement(
    stage: Stage, ana: Player, bo: Player, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    keys = [FriendKey(stage.pk, ana.pk, bo.pk), FriendKey(stage.pk, bo.pk, "x")] * count
    with django_assert_num_queries(1):
        answers = check_friends(keys)
    assert [answer if isinstance(answer, str) else answer.player_id for answer in answers] == [
        bo.pk,
        "INVALID",
    ] * count
