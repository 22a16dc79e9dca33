"""Entries taken off boards, by whoever may, and with their owners: ranks are right at once (§3.4.3)."""

from collections.abc import Callable
from typing import Any

import pytest

from competition import teams
from competition.events.posting import Posted
from competition.leaderboards import folding, instances, reading, removing
from competition.leaderboards.removing import NotPossible
from competition.models import BoardEntry, BoardInstance, BoardMove, Team, TotalRecord
from competition.owners import Owner
from competition.team_types import TeamType
from games.models import AuditEntry, Stage
from players.models import Player
from tests.competition.leaderboards.conftest import board, country, field

pytestmark = pytest.mark.django_db

Boards = Callable[..., Stage]
Score = Callable[..., Posted]
AddPlayer = Callable[..., Player]


def the_list(stage: Stage, code: str = "HS") -> BoardInstance:
    found = instances.find(stage.pk, code)
    assert found is not None
    return found


def ranked(instance: BoardInstance) -> list[tuple[str, int]]:
    found = reading.top(instance, 100)
    names = [entry.player.display_name if entry.player else entry.team.name for entry in found]
    assert reading.count(instance) == len(found)
    return list(zip(names, reading.ranks_of(instance, found), strict=True))


@pytest.fixture
def three(boards: Boards, score: Score, ana: Player, bo: Player, add_player: AddPlayer) -> BoardInstance:
    stage = boards(board())
    for player, value in ((ana, 30), (bo, 20), (add_player("cy"), 10)):
        score(player, value)
    folding.fold_all()
    return the_list(stage)


def test_a_deleted_entry_counts_no_more(three: BoardInstance, bo: Player) -> None:
    assert removing.delete_entry(three, Owner(bo.pk))
    assert ranked(three) == [("Ana", 1), ("Cy", 2)]
    folding.fold_all()
    assert ranked(three) == [("Ana", 1), ("Cy", 2)]
    (audit,) = AuditEntry.objects.filter(action="leaderboard.entries_deleted")
    assert (audit.target, audit.detail) == ("HS", {"owner": bo.pk})
    assert not removing.delete_entry(three, Owner(bo.pk))
    assert AuditEntry.objects.filter(action="leaderboard.entries_deleted").count() == 1


@pytest.mark.parametrize(("with_totals", "then"), [(False, 20), (True, 1)])
def test_totals_stay_unless_they_are_to_go(
    three: BoardInstance, score: Score, bo: Player, with_totals: bool, then: int
) -> None:
    removing.delete_entries(three, Owner(bo.pk), with_totals)
    (change,) = score(bo, 1).entries
    assert (change.new.values, TotalRecord.objects.count()) == ({"S": then}, 3)


def test_an_entry_by_custom_ids_is_deleted_by_these(boards: Boards, log: Score, ana: Player) -> None:
    stage = boards(board(country(sort="desc"), country("COUNTRY", group="id")))
    for number, code in enumerate(("UK", "US", "FR")):
        log(ana, "HSWC", {"SCORE": number, "COUNTRY": code})
    instance = the_list(stage)
    with pytest.raises(NotPossible):
        removing.delete_entry(instance, Owner(ana.pk))
    assert removing.delete_entries(instance, Owner(ana.pk), True, {"COUNTRY": "US"})
    assert [entry.values["COUNTRY"] for entry in reading.top(instance, 9)] == ["FR", "UK"]
    assert TotalRecord.objects.count() == 2
    assert not removing.delete_entries(instance, Owner(ana.pk), True, {"COUNTRY": "US"})
    assert removing.delete_entries(instance, Owner(ana.pk))
    assert ranked(instance) == []


def test_nothing_is_deleted_from_a_board_that_is_built_by_schedule(boards: Boards, ana: Player) -> None:
    stage = boards(board(updateFrequency="daily"))
    built = BoardInstance.objects.create(stage=stage, board="HS", code="HS.SCHEDULED.2026-11-27")
    for delete in (removing.delete_entry, removing.delete_entries):
        with pytest.raises(NotPossible):
            delete(built, Owner(ana.pk))


@pytest.mark.parametrize("by_query", [False, True])
def test_a_deleted_player_counts_no_more(three: BoardInstance, ana: Player, by_query: bool) -> None:
    if by_query:
        Player.objects.filter(pk=ana.pk).delete()
    else:
        ana.delete()
    assert ranked(three) == [("Bo", 1), ("Cy", 2)]
    assert BoardMove.objects.count() == 1


def test_a_team_that_ends_counts_no_more_nor_do_those_of_a_deleted_owner(
    boards: Boards, log: Score, ana: Player, bo: Player, add_player: AddPlayer
) -> None:
    total = {
        "shortCode": "RT",
        "event": "SCORE",
        "teamType": "SQUAD",
        "collectors": [{"attribute": "S", "calculation": "sum"}],
    }
    fields: dict[str, Any] = {**field(sort="desc"), "runningTotal": "RT"}
    stage = boards(board(fields, teamType="SQUAD"), runningTotals=[total])
    for player, value in ((ana, 30), (bo, 20), (add_player("cy"), 10)):
        teams.make(TeamType("SQUAD"), player, player.display_name, player.pk)
        log(player, "SCORE", {"S": value, "LEFT": 0, "NOTE": ""})
    teams.disband(Team.objects.get(owner=bo), None)
    assert ranked(the_list(stage)) == [("Ana", 1), ("Cy", 2)]
    ana.delete()
    assert ranked(the_list(stage)) == [("Cy", 1)]


def test_a_deleted_stage_takes_its_boards_along(three: BoardInstance) -> None:
    three.stage.game.delete()
    assert (BoardInstance.objects.count(), BoardEntry.objects.count(), BoardMove.objects.count()) == (0, 0, 0)
