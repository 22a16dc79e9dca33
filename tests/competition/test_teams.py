"""Teams by competition-rules.md §6: who may found, join, leave and drop them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections, transaction

from competition import finding, teams
from competition.models import Team, TeamMember
from competition.team_types import TeamType
from games.models import Stage
from players import friends
from players.models import Player
from protocol.errors import RequestError
from protocol.schemas.teams import NamedTeam

pytestmark = pytest.mark.django_db

AddPlayer = Callable[..., Player]


@pytest.fixture
def cy(add_player: AddPlayer) -> Player:
    return add_player("cy")


def fault(function: Callable[..., Any], *arguments: Any) -> dict[str, Any]:
    with pytest.raises(RequestError) as refused:
        function(*arguments)
    return refused.value.fields


def names(team: Team) -> list[str]:
    return [each.player.display_name for each in team.members.select_related("player").order_by("id")]


def friends_of(player: Player) -> list[str]:
    return [friend.display_name for friend in friends.friends_of(player.pk)]


def create(owner: Player, type_code: str = "TEAM", team_id: str | None = None) -> Team:
    return teams.create(owner.pk, type_code, "A team", team_id)


def find(caller: Player, **named: str) -> Team:
    return finding.find(caller.stage_id, caller.pk, NamedTeam(**named))


# --- founding ----------------------------------------------------------------------------------------------


def test_the_owner_is_the_first_member(ana: Player) -> None:
    team = teams.create(ana.pk, "TEAM", "GSTeam", "gs")
    assert (team.team_id, team.name, team.owner, names(team)) == ("gs", "GSTeam", ana, ["Ana"])


def test_a_team_without_an_id_gets_one(ana: Player) -> None:
    assert len(create(ana).team_id) == 24


def test_an_empty_id_is_an_id_that_one_team_may_have(ana: Player) -> None:
    team = create(ana, team_id="")
    assert (team.team_id, find(ana, team_id="")) == ("", team)
    assert fault(create, ana, "TEAM", "") == {"teamId": "NOT_UNIQUE"}


def test_every_fault_of_a_new_team_is_named_at_once(ana: Player) -> None:
    create(ana, team_id="gs")
    assert fault(teams.create, ana.pk, "NONE", "n" * 256, "gs") == {
        "teamName": "INVALID",
        "teamType": "INVALID",
        "teamId": "NOT_UNIQUE",
    }
    assert fault(teams.create, ana.pk, "TEAM", "n", "i" * 101) == {"teamId": "INVALID"}
    assert Team.objects.count() == 1


def test_ids_are_unique_in_a_stage_alone(ana: Player, stage: Stage, add_player: AddPlayer) -> None:
    create(ana, team_id="gs")
    elsewhere = add_player("ana", stage=stage.game.stage("live"))
    teams.make(TeamType("TEAM"), elsewhere, "Live", "gs")
    assert (find(ana, team_id="gs").name, Team.objects.count()) == ("A team", 2)


def test_limits_of_owners_and_memberships_hold(ana: Player, bo: Player) -> None:
    own = create(ana, "OWN")
    assert fault(create, ana, "OWN") == {"teamType": "MAX_OWNED_REACHED"}
    teams.leave(own, ana.pk)
    assert fault(create, ana, "OWN") == {"teamType": "MAX_OWNED_REACHED"}
    teams.join(create(ana, "ONE"), bo.pk)
    assert fault(create, bo, "ONE") == {"teamType": "MAX_TEAMS_REACHED"}


# --- joining and leaving -----------------------------------------------------------------------------------


def test_the_first_fault_of_joining_is_told(ana: Player, bo: Player, cy: Player) -> None:
    squad = create(ana, "SQUAD")
    teams.join(squad, bo.pk)
    assert names(squad) == ["Ana", "Bo"]
    assert fault(teams.join, squad, bo.pk) == {"members": "ALREADY_JOINED"}
    assert fault(teams.join, squad, cy.pk) == {"members": "MAX_MEMBERS_REACHED"}
    create(cy, "ONE")
    assert fault(teams.join, create(bo, "ONE"), cy.pk) == {"teamType": "MAX_MEMBERSHIP_REACHED"}
    assert names(squad) == ["Ana", "Bo"]


def test_a_team_whose_type_is_gone_takes_nobody_in(ana: Player, bo: Player) -> None:
    team = teams.make(TeamType("GONE"), ana, "Old", "old")
    assert fault(teams.join, team, bo.pk) == {"teamType": "INVALID"}
    assert find(bo, team_id="old") == team


def test_a_team_that_was_dropped_meanwhile_is_not_joined(ana: Player, bo: Player) -> None:
    team = create(ana, team_id="gs")
    teams.drop(find(ana, team_id="gs"), ana.pk)
    assert fault(teams.join, team, bo.pk) == {"team": "INVALID"}


def test_an_owner_who_leaves_stays_the_owner(ana: Player, bo: Player) -> None:
    team = create(ana)
    teams.join(team, bo.pk)
    teams.leave(team, ana.pk)
    assert (names(team), Team.objects.get().owner) == (["Bo"], ana)
    assert fault(teams.leave, team, ana.pk) == {"team": "NOT_MEMBER"}
    teams.join(team, ana.pk)
    assert names(team) == ["Bo", "Ana"]


def test_only_the_owner_drops_a_team(ana: Player, bo: Player, cy: Player) -> None:
    team = create(ana)
    teams.join(team, bo.pk)
    assert fault(teams.drop, team, bo.pk) == {"team": "NOT_ONWER"}
    assert fault(teams.drop, team, cy.pk) == {"team": "NOT_MEMBER"}
    teams.leave(team, ana.pk)
    teams.drop(team, ana.pk)
    assert (Team.objects.count(), TeamMember.objects.count()) == (0, 0)


# --- mandatory teams ---------------------------------------------------------------------------------------


def test_a_mandatory_team_is_there_when_somebody_asks_for_it(ana: Player, bo: Player) -> None:
    home = find(ana, team_type="HOME")
    assert (home.name, names(home)) == ("Ana", ["Ana"])
    assert find(bo, team_type="HOME", owner_id=ana.pk) == home
    assert names(find(ana, team_type="HOME", owner_id=bo.pk)) == ["Bo"]
    assert Team.objects.count() == 2


def test_a_mandatory_team_can_be_neither_founded_nor_left_nor_dropped_by_its_owner(ana: Player) -> None:
    home = find(ana, team_type="HOME")
    assert fault(create, ana, "HOME") == {"teamType": "MAX_OWNED_REACHED"}
    assert fault(teams.leave, home, ana.pk) == {"team": "CANNOT_LEAVE_OR_JOIN_OWNED_MANDATORY_TEAM"}
    assert fault(teams.drop, home, ana.pk) == {"teamType": "CANNOT_DROP_MANDATORY_TEAM"}
    assert names(home) == ["Ana"]


def test_a_mandatory_team_is_joined_and_left_by_others(ana: Player, bo: Player) -> None:
    home = find(bo, team_type="HOME", owner_id=ana.pk)
    teams.join(home, bo.pk)
    assert names(home) == ["Ana", "Bo"]
    teams.leave(home, bo.pk)
    assert names(home) == ["Ana"]


def test_nobody_else_s_player_has_a_mandatory_team(ana: Player, stage: Stage, add_player: AddPlayer) -> None:
    elsewhere = add_player("eve", stage=stage.game.stage("live"))
    assert fault(lambda: find(ana, team_type="HOME", owner_id=elsewhere.pk)) == {"team": "INVALID"}
    assert fault(lambda: find(ana, team_type="HOME", owner_id="nobody")) == {"team": "INVALID"}
    assert Team.objects.count() == 0


# --- finding -----------------------------------------------------------------------------------------------


def test_a_team_is_found_by_its_id_or_by_its_type_and_owner(ana: Player, bo: Player) -> None:
    team = create(ana, team_id="gs")
    assert find(bo, team_id="gs") == team
    assert find(ana, team_type="TEAM") == team
    assert find(bo, team_type="TEAM", owner_id=ana.pk) == team
    assert find(bo, team_id="gs", team_type="NONE", owner_id=bo.pk) == team


def test_what_names_no_team_or_several_is_refused(ana: Player, bo: Player) -> None:
    assert fault(lambda: find(ana)) == {"teamId|teamType": "REQUIRED"}
    assert fault(lambda: find(ana, owner_id=ana.pk)) == {"teamId|teamType": "REQUIRED"}
    assert fault(lambda: find(ana, team_id="gs")) == {"team": "INVALID"}
    assert fault(lambda: find(ana, team_type="TEAM")) == {"team": "INVALID"}
    create(ana)
    create(ana)
    assert fault(lambda: find(bo, team_type="TEAM", owner_id=ana.pk)) == {"teamType&&ownerId": "NOT_UNIQUE"}


def test_a_player_s_teams_are_those_joined_and_those_owned(ana: Player, bo: Player) -> None:
    owned, left, joined, _ = create(ana, "OWN"), create(ana, "TEAM"), create(bo, "TEAM"), create(bo, "CLAN")
    teams.leave(left, ana.pk)
    teams.join(joined, ana.pk)
    assert list(teams.teams_of(ana.pk, False, None)) == [owned, left, joined]
    assert list(teams.teams_of(ana.pk, True, None)) == [owned, left]
    assert list(teams.teams_of(ana.pk, False, ["TEAM"])) == [left, joined]
    assert list(teams.teams_of(ana.pk, False, [])) == []


def test_teams_are_listed_by_a_part_of_the_name_and_the_type(
    ana: Player, stage: Stage, add_player: AddPlayer
) -> None:
    red = teams.create(ana.pk, "TEAM", "Red Dragons", None)
    blue = teams.create(ana.pk, "CLAN", "Blue dragons", None)
    other = teams.create(ana.pk, "CLAN", "Foxes 100%", None)
    teams.make(TeamType("TEAM"), add_player("eve", stage=stage.game.stage("live")), "Live dragons", "x")
    assert list(teams.teams_named(stage.pk, None, None)) == [red, blue, other]
    assert list(teams.teams_named(stage.pk, "DRAGON", None)) == [red, blue]
    assert list(teams.teams_named(stage.pk, "dragon", "CLAN")) == [blue]
    assert list(teams.teams_named(stage.pk, "%", None)) == [other]


# --- friends by a team -------------------------------------------------------------------------------------


def test_members_of_a_social_team_are_friends_of_the_owner(ana: Player, bo: Player, cy: Player) -> None:
    team = create(ana, "SOCIAL")
    for player in (bo, cy):
        teams.join(team, player.pk)
    assert (friends_of(ana), friends_of(bo), friends_of(cy)) == (["Bo", "Cy"], ["Ana"], ["Ana"])
    teams.leave(team, ana.pk)
    assert friends_of(ana) == ["Bo", "Cy"]
    teams.leave(team, bo.pk)
    assert (friends_of(ana), friends_of(bo)) == (["Cy"], [])


def test_members_of_an_extended_social_team_are_friends_of_one_another(
    ana: Player, bo: Player, cy: Player
) -> None:
    team = create(ana, "CLAN")
    for player in (bo, cy):
        teams.join(team, player.pk)
    assert (friends_of(ana), friends_of(bo), friends_of(cy)) == (["Bo", "Cy"], ["Ana", "Cy"], ["Ana", "Bo"])
    teams.leave(team, bo.pk)
    assert (friends_of(ana), friends_of(bo), friends_of(cy)) == (["Cy"], [], ["Ana"])


def test_other_teams_make_no_friends(ana: Player, bo: Player) -> None:
    teams.join(create(ana), bo.pk)
    assert friends_of(ana) == []


def test_the_end_of_a_team_ends_only_its_own_friendships(ana: Player, bo: Player, cy: Player) -> None:
    first, second = create(ana, "CLAN"), create(ana, "CLAN")
    for team, player in ((first, bo), (first, cy), (second, bo)):
        teams.join(team, player.pk)
    friends.link(cy.pk, [ana.pk], friends.INVITE)
    teams.drop(first, ana.pk)
    assert (friends_of(ana), friends_of(bo), friends_of(cy)) == (["Bo", "Cy"], ["Ana"], ["Ana"])
    teams.drop(second, ana.pk)
    assert (friends_of(ana), friends_of(bo)) == (["Cy"], [])


# --- at one moment -----------------------------------------------------------------------------------------


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Each in a thread and a transaction of its own; a refusal is its fields."""

    def run(call: Callable[[], Any]) -> Any:
        try:
            with transaction.atomic():
                return call()
        except RequestError as refused:
            return refused.fields
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_team_takes_no_more_than_it_may_however_many_come_at_once(
    ana: Player, add_player: AddPlayer
) -> None:
    squad = teams.make(TeamType("SQUAD"), ana, "A squad", "squad")
    comers = [add_player(f"p{number}") for number in range(8)]
    answers = at_once(*[lambda player=player: teams.join(squad, player.pk) for player in comers])
    assert (answers.count(None), answers.count({"members": "MAX_MEMBERS_REACHED"})) == (1, 7)
    assert squad.members.count() == 2


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_player_joins_no_more_teams_than_allowed_however_many_at_once(
    ana: Player, add_player: AddPlayer
) -> None:
    owners = [add_player(f"owner{number}") for number in range(6)]
    offered = [teams.make(TeamType("ONE"), owner, "A team", owner.user_name or "") for owner in owners]
    answers = at_once(*[lambda team=team: teams.join(team, ana.pk) for team in offered])
    assert (answers.count(None), answers.count({"teamType": "MAX_MEMBERSHIP_REACHED"})) == (1, 5)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_an_id_and_a_mandatory_team_are_there_once_however_many_ask_at_once(
    ana: Player, add_player: AddPlayer
) -> None:
    founders = [add_player(f"p{number}") for number in range(6)]
    answers = at_once(*[lambda player=player: create(player, "TEAM", "gs") and None for player in founders])
    assert (answers.count(None), answers.count({"teamId": "NOT_UNIQUE"})) == (1, 5)
    homes = at_once(
        *[lambda player=player: find(player, team_type="HOME", owner_id=ana.pk) for player in founders]
    )
    assert len(set(homes)) == 1
    assert Team.objects.filter(team_type="HOME").count() == 1
