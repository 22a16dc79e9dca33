"""Events logged for a challenge: who may, and the turns they take (competition-rules.md §5.5.5, §5.7)."""

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from competition.challenges import scripting, taking
from competition.challenges.holding import hold_all
from tests.competition.challenges.table import Table, fault

pytestmark = pytest.mark.django_db

INVALID = {"challengeInstanceId": "INVALID"}
NOT_YOUR_TURN = {"challengeInstanceId": "NOT_YOUR_TURN"}
NO_ATTEMPTS_LEFT = {"challengeInstanceId": "NO_ATTEMPTS_LEFT"}


@pytest.fixture(autouse=True)
def seated(table: Table) -> None:
    table.sit("Ana", "Bo", "Cy", "Di")


def test_several_challenges_are_held_by_as_many_statements_as_one(
    table: Table, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = [table.create("Ana", "GLOBAL", invite=invited) for invited in (["Bo"], ["Cy", "Di"], ["Bo", "Di"])]
    act = table.act("Ana")
    for wanted in (made[:1], made):
        with transaction.atomic(), django_assert_num_queries(2):
            held = hold_all(act, table.stage.pk, wanted)
        assert [each.row.pk for each in held] == wanted
    names = [[each.player.display_name for each in one.players] for one in held]
    assert names == [["Ana", "Bo"], ["Ana", "Cy", "Di"], ["Ana", "Bo", "Di"]]


def running(table: Table, type_code: str, **fields: object) -> None:
    """Ana's challenge, with Bo and Cy."""
    table.create("Ana", type_code, invite=["Bo", "Cy"], **fields)
    table.accept("Bo")
    table.accept("Cy")
    table.heard()


def turns(table: Table) -> list[int]:
    shown = table.document("Ana")["turnCount"]
    return [shown[table.players[name].pk] for name in ("Ana", "Bo", "Cy")]


def test_only_participants_of_a_running_challenge_log_events(table: Table) -> None:
    table.create("Ana", "TRIES", invite=["Bo", "Cy"])
    table.accept("Bo")
    for name in ("Ana", "Bo", "Cy", "Di"):  # it has not started
        assert fault(table.log, name, "MOVE") == INVALID
    table.accept("Cy")
    table.log("Bo", "MOVE")
    assert fault(table.log, "Di", "MOVE") == INVALID
    table.script(scripting.remove_player, "Bo")
    assert fault(table.log, "Bo", "MOVE") == INVALID
    table.script(scripting.draw)
    assert fault(table.log, "Ana", "MOVE") == INVALID


def test_an_event_after_the_end_does_not_count_though_no_worker_looked(table: Table) -> None:
    running(table, "TRIES")
    table.at(60)
    assert fault(table.log, "Bo", "MOVE") == INVALID


def test_turns_go_round_by_consuming_events_and_others_are_free(table: Table) -> None:
    running(table, "TURNS")
    assert fault(table.log, "Bo", "MOVE") == NOT_YOUR_TURN
    table.log("Bo", "TALK")
    assert (turns(table), table.heard()) == ([0, 0, 0], [])
    for name in ("Ana", "Bo", "Cy", "Ana"):
        table.log(name, "MOVE")
    assert turns(table) == [2, 1, 1]
    assert table.heard() == [("TurnTaken", ["Ana", "Bo", "Cy"])] * 4


def test_attempts_are_in_any_order_and_run_out(table: Table) -> None:
    running(table, "TRIES", maxAttempts=2)
    assert "nextPlayer" not in table.document("Ana")
    for name in ("Bo", "Bo", "Ana"):
        table.log(name, "MOVE")
    assert fault(table.log, "Bo", "MOVE") == NO_ATTEMPTS_LEFT
    table.log("Bo", "TALK")
    for name in ("Ana", "Cy"):
        table.log(name, "MOVE")
    assert (turns(table), table.state) == ([2, 2, 1], "RUNNING")
    table.heard()
    table.log("Cy", "MOVE")
    assert (table.state, table.row.ended_by) == ("COMPLETE", "turns used")
    assert table.heard() == [("TurnTaken", ["Ana", "Bo", "Cy"]), ("Drawn", ["Ana", "Bo", "Cy"])]


def test_without_a_number_of_attempts_nothing_runs_out(table: Table) -> None:
    running(table, "TRIES")
    for _ in range(5):
        table.log("Bo", "MOVE")
    assert (turns(table), table.state) == ([0, 5, 0], "RUNNING")


def test_who_has_used_their_turns_is_told_so_and_passed_over(table: Table) -> None:
    running(table, "TURNS", maxAttempts=1)
    table.script(scripting.remove_player, "Cy")
    table.log("Ana", "MOVE")
    assert fault(table.log, "Ana", "MOVE") == NO_ATTEMPTS_LEFT
    table.log("Bo", "MOVE")
    assert table.state == "COMPLETE"


def test_a_turn_that_a_script_of_the_same_run_took_is_not_counted_twice(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    running(table, "TURNS")
    act = table.act("Ana")
    monkeypatch.setattr(table, "act", lambda name: act)
    assert scripting.take_turn(act, table.stage.pk, table.challenge_id, table.players["Ana"].pk)
    table.log("Ana", "MOVE")
    assert (turns(table), table.row.next_player) == ([1, 0, 0], table.players["Bo"].pk)
    assert table.heard() == [("TurnTaken", ["Ana", "Bo", "Cy"])]
    monkeypatch.undo()
    assert fault(table.log, "Ana", "MOVE") == NOT_YOUR_TURN
    assert act.run.loaded[taking._TAKEN] == {(table.challenge_id, table.players["Ana"].pk)}
