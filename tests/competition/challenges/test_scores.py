"""Scores on a challenge's own leaderboard, and who wins by them (competition-rules.md §3.7, §5.8.1)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from competition.challenges import scripting
from competition.models import BoardEntry
from tests.competition.challenges.table import Table, fault

pytestmark = pytest.mark.django_db

BOTH = ["Ana", "Bo"]


@pytest.fixture(autouse=True)
def seated(table: Table) -> None:
    table.sit("Ana", "Bo", "Cy")


def running(table: Table, type_code: str = "SCORES", **fields: object) -> None:
    table.create("Ana", type_code, invite=["Bo"], **fields)
    table.accept("Bo")
    table.heard()


def test_the_highest_score_wins_when_all_attempts_are_used(table: Table) -> None:
    running(table, maxAttempts=1)
    table.log("Ana", "SCORE", S=10)
    assert table.heard() == [("Changed", BOTH), ("TurnTaken", BOTH)]
    table.log("Bo", "SCORE", S=12)
    told = table.frames()
    assert [(what, sorted(frames)) for what, frames in told] == [
        ("Changed", BOTH),
        ("TurnTaken", BOTH),
        ("Won", ["Bo"]),
        ("Lost", ["Ana"]),
    ]
    won, lost = told[2][1]["Bo"], told[3][1]["Ana"]
    assert (won["leaderboardData"]["S"], lost["leaderboardData"]["S"]) == (12, 10)
    assert (won["winnerName"], lost["winnerName"], won["currency1Won"]) == ("Bo", "Bo", 0)
    assert (table.state, table.row.ended_by, table.row.winner_id) == (
        "COMPLETE",
        "turns used",
        table.players["Bo"].pk,
    )


def test_equal_scores_draw(table: Table) -> None:
    running(table, maxAttempts=1)
    table.log("Ana", "SCORE", S=10)
    table.log("Bo", "SCORE", S=10)
    assert table.heard()[-1] == ("Drawn", BOTH)
    assert table.row.winner_id == ""


def test_who_is_not_among_those_that_draw_loses_to_nobody(table: Table) -> None:
    table.create("Ana", "SCORES", accessType="PUBLIC", minPlayers=3)
    for name in ("Bo", "Cy"):
        table.join(name)
    for name, score in (("Ana", 5), ("Bo", 9), ("Cy", 9)):
        table.log(name, "SCORE", S=score)
    table.heard()
    table.at(60)
    table.look()
    (lost, losers), (drawn, drew) = table.frames()
    assert (lost, sorted(losers), drawn, sorted(drew)) == ("Lost", ["Ana"], "Drawn", ["Bo", "Cy"])
    assert "winnerName" not in losers["Ana"]


def test_where_lower_is_better_the_lower_one_wins(table: Table) -> None:
    running(table, "TIMES", maxAttempts=1)
    table.log("Ana", "TIME", T=10)
    table.log("Bo", "TIME", T=12)
    assert [each for each in table.heard() if each[0] in ("Won", "Lost")] == [
        ("Won", ["Ana"]),
        ("Lost", ["Bo"]),
    ]


def test_who_did_not_score_loses_and_where_nobody_did_all_draw(table: Table) -> None:
    running(table)
    table.log("Bo", "SCORE", S=-5)
    table.heard()
    table.at(60)
    table.look()
    (won, _), (lost, losers) = table.frames()
    assert (won, lost) == ("Won", "Lost")
    assert "leaderboardData" not in losers["Ana"]
    running(table, endTime=120)
    table.at(120)
    table.look()
    assert table.heard() == [("Drawn", BOTH)]


def test_a_changed_score_is_shown_to_all_and_a_worse_one_changes_nothing(table: Table) -> None:
    running(table)
    table.log("Bo", "SCORE", S=7)
    ((what, frames), _) = table.frames()
    shown = frames["Ana"]
    entry = shown["leaderboardData"]
    assert (what, shown["who"], entry["S"], entry["userName"], "rank" in entry) == (
        "Changed",
        "Bo",
        7,
        "Bo",
        False,
    )
    table.log("Bo", "SCORE", S=6)
    assert table.heard() == [("TurnTaken", BOTH)]


def test_each_challenge_counts_for_itself(table: Table) -> None:
    running(table)
    first = table.challenge_id
    table.log("Bo", "SCORE", S=100)
    running(table)
    table.log("Bo", "SCORE", S=3)
    table.log("Ana", "SCORE", S=5)
    table.play("Bo", "SCORE", S=50)
    entries = {(each.instance.scope, each.player_id): each.values["S"] for each in BoardEntry.objects.all()}
    bo, ana = table.players["Bo"].pk, table.players["Ana"].pk
    assert entries == {
        (first, bo): 100,
        (table.challenge_id, bo): 3,
        (table.challenge_id, ana): 5,
        ("", bo): 50,
    }
    table.at(60)
    table.look()
    assert table.row.winner_id == ana


def test_ordinary_events_count_where_the_type_is_global_while_it_runs(table: Table) -> None:
    table.create("Ana", "GLOBAL", invite=["Bo"])
    table.play("Ana", "SCORE", S=90)  # not yet
    table.accept("Bo")
    table.heard()
    table.play("Bo", "SCORE", S=30)
    heard = table.heard()
    assert heard == [("NewHighScore", ["Bo"]), ("Changed", BOTH)]
    table.play("Cy", "SCORE", S=99)  # takes no part
    assert [what for what, _ in table.heard()] == ["NewHighScore"]
    table.log("Ana", "SCORE", S=20)
    assert table.heard() == [("Changed", BOTH)]
    board = BoardEntry.objects.filter(instance__scope="").order_by("place")
    assert [(each.player_id, each.values["S"]) for each in board] == [
        (table.players["Cy"].pk, 99),
        (table.players["Ana"].pk, 90),
        (table.players["Bo"].pk, 30),
    ]
    table.at(60)
    table.play("Ana", "SCORE", S=500)  # after its end, which nobody has noticed yet
    assert table.heard() == [("Won", ["Bo"]), ("Lost", ["Ana"]), ("NewHighScore", ["Ana"])]
    assert (table.state, table.row.winner_id) == ("COMPLETE", table.players["Bo"].pk)


@pytest.mark.parametrize("count", [1, 3])
def test_an_ordinary_event_writes_no_challenge_that_it_does_not_change(table: Table, count: int) -> None:
    for _ in range(count):
        table.create("Ana", "GLOBAL", invite=["Bo"])
        table.accept("Bo")
    table.at(1)
    with CaptureQueriesContext(connection) as asked:
        table.play("Bo", "SCORE", S=30)
    written = [each for each in asked.captured_queries if 'UPDATE "competition_challenge"' in each["sql"]]
    assert (written, table.heard()[-count:]) == ([], [("Changed", BOTH)] * count)


def test_scores_of_who_was_removed_do_not_count(table: Table) -> None:
    table.create("Ana", "SCORES", accessType="PUBLIC", minPlayers=3)
    for name in ("Bo", "Cy"):
        table.join(name)
    for name, score in (("Ana", 5), ("Bo", 9), ("Cy", 7)):
        table.log(name, "SCORE", S=score)
    table.script(scripting.remove_player, "Bo")
    table.at(60)
    table.look()
    assert table.row.winner_id == table.players["Cy"].pk


def test_what_is_refused_scores_nothing(table: Table) -> None:
    running(table, maxAttempts=1)
    table.log("Ana", "SCORE", S=10)
    assert fault(table.log, "Ana", "SCORE", S=99) == {"challengeInstanceId": "NO_ATTEMPTS_LEFT"}
    assert [each.values["S"] for each in BoardEntry.objects.all()] == [10]
