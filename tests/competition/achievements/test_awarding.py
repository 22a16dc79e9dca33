"""Achievements by a call, to players and to teams (competition-rules.md §4.4 to §4.7)."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.db import OperationalError, connection, connections, transaction
from pytest_django import DjangoAssertNumQueries

from competition import owners, teams
from competition.achievements import awarding, holding
from competition.achievements.documents import account_part, achievement_documents
from competition.events.posting import Posted
from competition.goods import balances, inventory
from competition.models import PlayerAchievement, Team, TeamAchievement, Transaction
from competition.owners import Owner
from competition.team_types import TeamType
from games.models import Stage
from messaging.models import Message, PlayerMessage
from players.models import Player
from protocol.run import Run
from tests.competition.achievements.conftest import achievement, trigger
from tests.competition.at_once import at_once

pytestmark = pytest.mark.django_db

AddPlayer = Callable[..., Player]
SIX = [100, 0, 0, 0, 0, 7]
ITEMS = [
    achievement("ONCE", currencyAwards=SIX, virtualGood="SHIELD", description="Once in a life"),
    achievement("AGAIN", currencyAwards=SIX, repeatable=True),
    achievement("HONOUR"),
    achievement("RICHES", virtualGood="PACK"),
]
GOODS = [
    {"shortCode": "SHIELD", "name": "A shield", "maxQuantity": 1},
    {"shortCode": "PACK", "name": "A pack", "type": "currency", "awards": [0, 9, 0, 0, 0, 0]},
]


@pytest.fixture(autouse=True)
def configured(configure: Callable[..., Stage]) -> Stage:
    return configure(virtualGoods=GOODS, achievements=ITEMS)


def award(player: Player, code: str) -> bool:
    return awarding.award(player.stage_id, player.pk, code, Run(), {})


def award_team(team: Team, code: str) -> bool:
    return awarding.award_team(team, code, Run(), {})


def heard(player: Player) -> list[dict[str, Any]]:
    return [json.loads(row.document) for row in PlayerMessage.objects.filter(player=player).order_by("id")]


def earned_fields(document: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key.endswith("Earned")}


@pytest.fixture
def team(ana: Player, bo: Player) -> Team:
    team = teams.make(TeamType("TEAM"), ana, "A team", "gs")
    team.members.create(player=bo)
    return team


# --- players -----------------------------------------------------------------------------------------------


def test_an_award_is_new_once_and_brings_its_good_and_currencies(ana: Player, bo: Player) -> None:
    assert [award(ana, "ONCE"), award(ana, "ONCE"), award(ana, "NONE")] == [True, False, False]
    assert (balances.balances(ana.pk)[1], inventory.owned(ana.pk)) == (100, {"SHIELD": 1})
    (message,) = heard(ana)
    assert earned_fields(message) == {
        "currency1Earned": "100",
        "currency6Earned": "7",
        "virtualGoodEarned": "A shield",
    }
    assert [row.reason for row in Transaction.objects.all()] == ["Achievement ONCE"]
    assert (holding.codes_of(bo.pk), heard(bo)) == ([], [])


def test_a_repeatable_one_is_awarded_again(ana: Player) -> None:
    assert [award(ana, "AGAIN"), award(ana, "AGAIN")] == [True, True]
    assert (balances.balances(ana.pk)[1], len(heard(ana))) == (200, 2)
    assert PlayerAchievement.objects.get().times == 2


def test_what_brings_nothing_leaves_no_transaction(ana: Player) -> None:
    assert award(ana, "HONOUR")
    assert (earned_fields(heard(ana)[0]), Transaction.objects.count()) == ({}, 0)


def test_a_pack_is_earned_as_its_currencies(ana: Player) -> None:
    assert award(ana, "RICHES")
    assert (balances.balances(ana.pk)[2], inventory.owned(ana.pk)) == (9, {})
    assert earned_fields(heard(ana)[0]) == {"virtualGoodEarned": "A pack"}


def test_a_good_that_there_may_be_no_more_of_is_not_promised(ana: Player) -> None:
    inventory.OwnedGood.objects.create(player=ana, code="SHIELD", quantity=1)
    assert award(ana, "ONCE")
    assert inventory.owned(ana.pk) == {"SHIELD": 1}
    assert earned_fields(heard(ana)[0]) == {"currency1Earned": "100", "currency6Earned": "7"}


def test_what_is_taken_away_can_be_earned_anew_and_its_rewards_stay(ana: Player) -> None:
    award(ana, "AGAIN")
    assert [awarding.take_away(ana.pk, "AGAIN"), awarding.take_away(ana.pk, "AGAIN")] == [True, False]
    assert (holding.codes_of(ana.pk), balances.balances(ana.pk)[1]) == ([], 100)
    award(ana, "AGAIN")
    assert PlayerAchievement.objects.get().times == 1


def test_a_triggered_achievement_is_awarded_by_a_call_too(
    boards: Callable[..., Stage], score: Callable[..., Posted], ana: Player
) -> None:
    from tests.competition.leaderboards.conftest import board

    boards(board(), achievements=[achievement("ACH", trigger("SCORE.S", "gte", 100))])
    assert award(ana, "ACH")
    assert score(ana, 100).earned == ()


# --- teams -------------------------------------------------------------------------------------------------


def test_a_team_s_award_goes_to_each_member_without_it(
    team: Team, ana: Player, bo: Player, add_player: AddPlayer
) -> None:
    award(ana, "ONCE")
    assert award_team(team, "ONCE")
    assert [balances.balances(each.pk)[1] for each in (ana, bo)] == [100, 100]
    assert [len(heard(each)) for each in (ana, bo)] == [1, 1]
    assert not award_team(team, "ONCE")
    late = add_player("late")
    team.members.create(player=late)
    assert holding.codes_of(late.pk) == []
    assert award_team(team, "ONCE")  # the late one gained it
    assert [len(heard(each)) for each in (ana, bo, late)] == [1, 1, 1]
    assert TeamAchievement.objects.count() == 1


def test_a_team_gains_what_all_its_members_have(team: Team, ana: Player, bo: Player) -> None:
    for player in (ana, bo):
        award(player, "HONOUR")
    assert [award_team(team, "HONOUR"), award_team(team, "HONOUR"), award_team(team, "NONE")] == [
        True,
        False,
        False,
    ]
    assert Message.objects.count() == 2


def test_a_repeatable_award_of_a_team_reaches_all_again(team: Team, ana: Player, bo: Player) -> None:
    assert [award_team(team, "AGAIN"), award_team(team, "AGAIN")] == [True, True]
    assert [balances.balances(each.pk)[1] for each in (ana, bo)] == [200, 200]


def test_taking_a_team_s_achievement_away_mirrors_its_award(team: Team, ana: Player, bo: Player) -> None:
    award_team(team, "ONCE")
    assert awarding.take_away_from_team(team, "ONCE")
    assert [holding.codes_of(each.pk) for each in (ana, bo)] == [[], []]
    assert TeamAchievement.objects.count() == 0
    assert not awarding.take_away_from_team(team, "ONCE")
    award(bo, "ONCE")
    assert awarding.take_away_from_team(team, "ONCE")


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", ["award", "take away"])
def test_whoever_changes_a_team_s_achievements_holds_the_team(team: Team, change: str) -> None:
    """A post that may earn one for the team holds it too."""

    def while_somebody_holds_it() -> str:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '200ms'")
                award_team(team, "ONCE") if change == "award" else awarding.take_away_from_team(team, "ONCE")
        except OperationalError as refused:
            return type(refused.__cause__).__name__
        finally:
            connections.close_all()
        return "did not wait"

    with ThreadPoolExecutor(1) as threads, transaction.atomic():
        owners.hold(Owner(team_pk=team.pk))
        assert threads.submit(while_somebody_holds_it).result() == "LockNotAvailable"


def test_a_team_s_entry_earns_for_the_team_once(
    configure: Callable[..., Stage],
    log: Callable[..., Posted],
    team: Team,
    ana: Player,
    bo: Player,
    add_player: AddPlayer,
) -> None:
    """L11 and L12: and who joins later gets nothing by what the team has."""
    from tests.competition.leaderboards.conftest import SCORE

    collectors = [{"attribute": "S", "calculation": "sum"}]
    total = {"shortCode": "SQUAD_SCORE", "event": "SCORE", "teamType": "TEAM", "collectors": collectors}
    by_sum = {"runningTotal": "SQUAD_SCORE", "collector": "S", "calculation": "sum", "sort": "desc"}
    squad_board = {"shortCode": "HS", "teamType": "TEAM", "fields": [by_sum]}
    item = achievement("GT1", trigger("SQUAD_SCORE.SUM-S-all", "gt", 1), currencyAwards=SIX)
    configure(events=[SCORE], runningTotals=[total], leaderboards=[squad_board], achievements=[item])
    first = log(bo, "SCORE", {"S": 10, "LEFT": 0, "NOTE": "-"}).earned
    assert [(each.achievement, each.owner.team_pk, each.player_ids) for each in first] == [
        ("GT1", team.pk, (ana.pk, bo.pk))
    ]
    late = add_player("late")
    team.members.create(player=late)
    assert log(ana, "SCORE", {"S": 15, "LEFT": 0, "NOTE": "-"}).earned == ()
    assert [len(heard(each)) for each in (ana, bo, late)] == [1, 1, 0]


@pytest.mark.parametrize("count", [1, 4])
def test_an_award_to_a_team_takes_as_many_statements_however_many_members(
    count: int, ana: Player, add_player: AddPlayer, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    team = teams.make(TeamType("TEAM"), ana, "A team", "gs")
    for number in range(count):
        team.members.create(player=add_player(f"member{number}"))
    award_team(team, "HONOUR")  # everybody's wallet is made
    with django_assert_num_queries(20 if connection.vendor == "sqlite" else 19):
        award_team(team, "ONCE")


# --- what is shown -----------------------------------------------------------------------------------------


def test_all_achievements_are_listed_and_those_of_the_player_marked(ana: Player) -> None:
    award(ana, "ONCE")
    listed = achievement_documents(ana.stage_id, ana.pk)
    assert [(each["shortCode"], each["earned"]) for each in listed] == [
        ("AGAIN", False),
        ("HONOUR", False),
        ("ONCE", True),
        ("RICHES", False),
    ]
    assert listed[2] == {
        "shortCode": "ONCE",
        "name": "The ONCE",
        "description": "Once in a life",
        "earned": True,
    }


def test_an_account_names_achievements_once_there_are_some(ana: Player) -> None:
    assert account_part(ana) == {}
    for code in ("RICHES", "HONOUR"):
        award(ana, code)
    assert account_part(ana) == {"achievements": ["RICHES", "HONOUR"]}


# --- at one moment -----------------------------------------------------------------------------------------


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_awards_to_a_team_and_its_members_at_once_come_once_each(team: Team, ana: Player, bo: Player) -> None:
    calls: list[Callable[[], bool]] = [partial(award_team, team, "ONCE")] * 4
    calls += [partial(award, player, "ONCE") for player in (bo, ana) for _ in range(4)]
    at_once(*calls)
    for player in (ana, bo):
        assert (balances.balances(player.pk)[1], len(heard(player))) == (100, 1)
    assert (PlayerAchievement.objects.count(), TeamAchievement.objects.count()) == (2, 1)
