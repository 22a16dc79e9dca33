"""Challenges that are won by earning an achievement first (competition-rules.md §5.8.2)."""

import pytest

from competition.challenges import earning
from competition.challenges.holding import Act
from competition.models import PlayerAchievement
from protocol.run import Run
from tests.competition.challenges.table import Table

pytestmark = pytest.mark.django_db

BOTH = ["Ana", "Bo"]


@pytest.fixture(autouse=True)
def seated(table: Table) -> None:
    table.sit("Ana", "Bo", "Cy")


def running(table: Table, **fields: object) -> None:
    table.create("Ana", "FIRST", invite=["Bo"], **{"endTime": None, **fields})
    table.accept("Bo")
    table.heard()


def earned(table: Table) -> list[str]:
    """Who has the achievement."""
    rows = PlayerAchievement.objects.select_related("player").order_by("id")
    return [each.player.display_name for each in rows]


def test_who_earns_it_first_wins_at_once_though_another_leads(table: Table) -> None:
    running(table)
    table.log("Ana", "SCORE", S=650)
    assert (table.heard(), table.state) == ([("Changed", BOTH)], "RUNNING")
    table.log("Bo", "SCORE", S=550)
    assert table.heard() == [
        ("AchievementEarned", ["Bo"]),
        ("Changed", BOTH),
        ("Won", ["Bo"]),
        ("Lost", ["Ana"]),
    ]
    assert (table.row.ended_by, earned(table), table.purse("Bo")) == ("achievement", ["Bo"], (5, 0))


def test_who_has_it_already_wins_by_its_trigger_all_the_same(table: Table) -> None:
    table.play("Bo", "SCORE", S=550)
    assert earned(table) == ["Bo"]
    running(table)
    table.log("Bo", "SCORE", S=520)
    assert table.heard() == [("Changed", BOTH), ("Won", ["Bo"]), ("Lost", ["Ana"])]
    assert table.purse("Bo") == (5, 0)


def test_what_is_earned_elsewhere_or_before_does_not_decide(table: Table) -> None:
    table.play("Ana", "SCORE", S=550)
    running(table)
    table.play("Bo", "SCORE", S=550)
    assert (earned(table), table.state) == (["Ana", "Bo"], "RUNNING")


def test_at_its_end_without_it_all_draw_by_no_score(table: Table) -> None:
    running(table, endTime="2026-11-22T13:00Z")
    table.log("Ana", "SCORE", S=650)
    table.heard()
    table.at(60)
    table.look()
    assert table.heard() == [("Drawn", BOTH)]


def test_a_script_s_award_wins_the_challenges_that_it_decides(table: Table) -> None:
    running(table)
    first = table.challenge_id
    running(table)
    table.create("Ana", invite=["Bo"])
    table.accept("Bo")
    table.heard()
    assert award(table, "Bo")
    told = [what for what, _ in table.heard()]
    assert told == ["AchievementEarned", "Won", "Lost", "Won", "Lost"]
    assert table.state == "RUNNING"  # that one is of another type
    table.challenge_id = first
    assert (table.state, table.row.winner_id) == ("COMPLETE", table.players["Bo"].pk)
    running(table)
    assert not award(table, "Bo")
    assert [what for what, _ in table.heard()] == ["Won", "Lost"]
    assert award(table, "Cy")
    assert table.heard() == [("AchievementEarned", ["Cy"])]


def award(table: Table, name: str) -> bool:
    act = Act(Run(), table.now, "script")
    return earning.award(act, table.stage.pk, table.players[name].pk, "MIDDLE")


def test_the_turn_that_wins_is_no_turn_any_more(table: Table) -> None:
    running(table)
    table.log("Bo", "SCORE", S=550)
    assert list(table.document("Ana")["turnCount"].values()) == [0, 0]
