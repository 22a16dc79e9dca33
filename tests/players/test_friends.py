from collections.abc import Callable

import pytest
from pytest_django import DjangoAssertNumQueries

from games.models import Stage
from players import friends
from players.models import Friendship, Player
from protocol.errors import RequestError

pytestmark = pytest.mark.django_db

AddPlayer = Callable[..., Player]


def names(player: Player) -> list[str]:
    return [friend.display_name for friend in friends.friends_of(player.pk)]


def test_link_is_mutual(ana: Player, bo: Player) -> None:
    assert friends.link(ana.pk, [bo.pk], friends.INVITE) == 1
    assert (names(ana), names(bo)) == (["Bo"], ["Ana"])


def test_link_counts_only_what_is_new(ana: Player, bo: Player, add_player: AddPlayer) -> None:
    cy = add_player("cy")
    friends.link(ana.pk, [bo.pk], friends.SERVER)
    assert friends.link(ana.pk, [bo.pk, cy.pk, cy.pk], friends.SERVER) == 1
    assert names(ana) == ["Bo", "Cy"]
    assert Friendship.objects.count() == 4


def test_nobody_is_their_own_friend(ana: Player) -> None:
    assert friends.link(ana.pk, [ana.pk], friends.SERVER) == 0
    assert names(ana) == []


def test_two_sources_make_one_friend(ana: Player, bo: Player) -> None:
    friends.link(ana.pk, [bo.pk], friends.INVITE)
    friends.link(bo.pk, [ana.pk], friends.SERVER)
    assert names(ana) == ["Bo"]
    assert Friendship.objects.count() == 4


@pytest.mark.parametrize(
    ("ended", "left"), [(friends.SERVER, friends.INVITE), (friends.INVITE, friends.SERVER)]
)
def test_ending_one_source_leaves_the_other(ana: Player, bo: Player, ended: str, left: str) -> None:
    friends.link(ana.pk, [bo.pk], friends.INVITE)
    friends.link(ana.pk, [bo.pk], friends.SERVER)
    assert friends.unlink(ana.pk, [bo.pk], [ended]) == 1
    assert (names(ana), names(bo)) == (["Bo"], ["Ana"])
    assert set(Friendship.objects.values_list("source", flat=True)) == {left}
    assert friends.unlink(bo.pk, [ana.pk], [left]) == 1
    assert (names(ana), names(bo)) == ([], [])


def test_unlink_counts_what_ended(ana: Player, bo: Player) -> None:
    assert friends.unlink(ana.pk, [bo.pk], [friends.SERVER]) == 0


def test_remove_ends_what_players_and_servers_made_and_leaves_networks(ana: Player, bo: Player) -> None:
    for source in (friends.INVITE, friends.SERVER, friends.social("FB")):
        friends.link(ana.pk, [bo.pk], source)
    friends.remove(ana.pk, bo.pk)
    assert names(bo) == ["Ana"]
    assert set(Friendship.objects.values_list("source", flat=True)) == {"social:FB"}


def test_remove_refuses_strangers(ana: Player, bo: Player) -> None:
    with pytest.raises(RequestError) as refused:
        friends.remove(ana.pk, bo.pk)
    assert refused.value.fields == {"friendId": "NOT_FRIEND"}


def test_unlink_all_ends_one_source_with_everybody(ana: Player, bo: Player, add_player: AddPlayer) -> None:
    cy = add_player("cy")
    friends.link(ana.pk, [bo.pk, cy.pk], friends.team("t1"))
    friends.link(ana.pk, [cy.pk], friends.INVITE)
    friends.unlink_all(ana.pk, friends.team("t1"))
    assert (names(ana), names(bo), names(cy)) == (["Cy"], [], ["Ana"])


@pytest.mark.parametrize("count", [1, 3])
def test_link_and_friends_of_take_the_same_statements_for_any_number(
    ana: Player, add_player: AddPlayer, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    others = [add_player(f"p{number}").pk for number in range(count)]
    with django_assert_num_queries(2):
        friends.link(ana.pk, others, friends.SERVER)
    with django_assert_num_queries(1):
        assert len(friends.friends_of(ana.pk)) == count


def test_check_players_refuses_unknown_foreign_and_oneself(
    stage: Stage, live: Stage, ana: Player, bo: Player, add_player: AddPlayer
) -> None:
    elsewhere = add_player("cy", stage=live)
    friends.check_players(stage.pk, ana.pk, [bo.pk, bo.pk])
    for wrong in (["x"], [bo.pk, "0" * 24], [elsewhere.pk], [ana.pk]):
        with pytest.raises(RequestError) as refused:
            friends.check_players(stage.pk, ana.pk, wrong)
        assert refused.value.fields == {"friendIds": "INVALID"}
