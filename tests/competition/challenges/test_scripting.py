"""What scripts do with challenges (competition-rules.md §5.7.3, §5.8.3, §5.8.5)."""

import pytest

from competition.challenges import scripting
from competition.challenges.holding import Act
from protocol.run import Run
from tests.competition.challenges.table import Table

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def seated(table: Table) -> None:
    table.sit("Ana", "Bo", "Cy", "Di")


def running(table: Table, type_code: str = "PLAIN", **fields: object) -> None:
    """Ana's challenge, with Bo and Cy."""
    table.create("Ana", type_code, invite=["Bo", "Cy"], **fields)
    table.accept("Bo")
    table.accept("Cy")
    assert table.state == "RUNNING"
    table.heard()


def next_player(table: Table) -> str:
    return next((name for name, each in table.players.items() if each.pk == table.row.next_player), "")


def test_a_script_starts_what_waits_with_two_players(table: Table) -> None:
    table.create("Ana", accessType="PUBLIC", startTime=10, minPlayers=3)
    assert not table.script(scripting.start)
    table.join("Bo")
    table.at(2)
    table.heard()
    assert table.script(scripting.start)
    assert (table.state, table.heard()) == ("RUNNING", [("Started", ["Ana", "Bo"])])
    assert table.document("Ana")["startDate"] == "2026-11-22T12:02Z"
    assert not table.script(scripting.start)
    assert table.heard() == []


def test_a_script_brings_a_start_forward_that_is_waited_for(table: Table) -> None:
    table.create("Ana", accessType="PUBLIC", startTime=10, minPlayers=2)
    table.join("Bo")
    assert table.state == "WAITING"
    table.at(5)
    assert table.script(scripting.start)
    assert (table.state, table.heard()[-1]) == ("RUNNING", ("Started", ["Ana", "Bo"]))
    table.at(10)
    table.look()
    assert table.heard() == []


def test_the_winner_and_the_losers_are_told(table: Table) -> None:
    running(table)
    assert table.script(scripting.win, "Bo")
    (won, winners), (lost, losers) = table.frames()
    assert (won, lost, sorted(winners), sorted(losers)) == ("Won", "Lost", ["Bo"], ["Ana", "Cy"])
    assert winners["Bo"]["challenge"]["state"] == losers["Cy"]["challenge"]["state"] == "COMPLETE"
    assert (winners["Bo"]["winnerName"], losers["Ana"]["winnerName"]) == ("Bo", "Bo")
    assert (table.row.winner_id, table.row.ended_by) == (table.players["Bo"].pk, "script")
    assert not table.script(scripting.win, "Ana")
    assert not table.script(scripting.draw)
    assert (table.heard(), table.row.winner_id) == ([], table.players["Bo"].pk)


def test_who_does_not_take_part_does_not_win(table: Table) -> None:
    running(table)
    assert not table.script(scripting.win, "Di")
    table.create("Ana", invite=["Bo"])
    table.heard()
    assert not table.script(scripting.win, "Bo")
    assert not table.script(scripting.draw)
    assert (table.state, table.heard()) == ("ISSUED", [])


def test_a_draw_is_told_to_all(table: Table) -> None:
    running(table)
    assert table.script(scripting.draw)
    ((drawn, frames),) = table.frames()
    assert (drawn, sorted(frames)) == ("Drawn", ["Ana", "Bo", "Cy"])
    assert "winnerName" not in frames["Ana"]


def test_turns_are_taken_in_order_and_wrong_ones_are_harmless(table: Table) -> None:
    running(table, "TURNS")
    assert next_player(table) == "Ana"
    assert not table.script(scripting.take_turn, "Bo")
    assert not table.script(scripting.consume_turn, "Di")
    assert table.script(scripting.take_turn, "Ana")
    ((taken, frames),) = table.frames()
    assert (taken, sorted(frames), frames["Cy"]["who"]) == ("TurnTaken", ["Ana", "Bo", "Cy"], "Ana")
    assert frames["Cy"]["challenge"]["nextPlayer"] == table.players["Bo"].pk
    assert frames["Cy"]["challenge"]["turnCount"][table.players["Ana"].pk] == 1
    assert table.script(scripting.consume_turn, "Bo")
    assert (table.heard(), next_player(table)) == ([], "Cy")


def test_who_accepted_earlier_has_the_earlier_turn(table: Table) -> None:
    table.create("Ana", "TURNS", invite=["Bo", "Cy"])
    table.accept("Cy")
    table.accept("Bo")
    assert next_player(table) == "Ana"
    table.script(scripting.take_turn, "Ana")
    assert next_player(table) == "Cy"


def test_the_last_turn_ends_a_challenge(table: Table) -> None:
    running(table, "TURNS", maxAttempts=1)
    for name in ("Ana", "Bo", "Cy"):
        assert table.script(scripting.consume_turn, name)
    assert (table.state, table.row.ended_by) == ("COMPLETE", "turns used")
    assert table.heard() == [("Drawn", ["Ana", "Bo", "Cy"])]
    assert not table.script(scripting.take_turn, "Ana")


def test_no_turn_is_taken_where_there_are_none(table: Table) -> None:
    running(table)
    assert not table.script(scripting.take_turn, "Ana")
    assert not table.script(scripting.consume_turn, "Ana")
    table.create("Ana", "TURNS", invite=["Bo"])
    assert not table.script(scripting.take_turn, "Ana")


def test_the_order_closes_up_where_a_player_was_removed_and_nothing_ends(table: Table) -> None:
    running(table, "TURNS")
    assert table.script(scripting.remove_player, "Ana")
    assert next_player(table) == "Bo"
    assert table.script(scripting.remove_player, "Bo")
    assert next_player(table) == "Cy"
    assert not table.script(scripting.remove_player, "Bo")
    assert not table.script(scripting.remove_player, "Di")
    table.at(24 * 60 - 60 - 1)
    table.look()
    assert table.document("Cy")["state"] == "COMPLETE"  # at its end, an hour after noon
    assert table.row.ended_by == "end time"


def test_a_running_challenge_of_one_goes_on_where_a_script_removed_the_others(table: Table) -> None:
    running(table, endTime=10_000)
    table.script(scripting.remove_player, "Bo")
    table.script(scripting.remove_player, "Cy")
    table.at(24 * 60)
    table.look()
    assert (table.state, table.heard()) == ("RUNNING", [])


def test_a_removed_player_s_turn_is_not_waited_for(table: Table) -> None:
    """Everybody else has used theirs: nothing else could ever end it but its time."""
    running(table, "TRIES", maxAttempts=1, endTime=10_000)
    for name in ("Ana", "Bo"):
        table.log(name, "MOVE")
    table.heard()
    assert table.script(scripting.remove_player, "Cy")
    assert (table.state, table.row.ended_by) == ("COMPLETE", "turns used")
    assert table.heard() == [("Drawn", ["Ana", "Bo"])]


def test_a_running_challenge_that_nobody_is_left_in_is_over(table: Table) -> None:
    running(table, "FIRST", endTime=None)
    for name in ("Ana", "Bo"):
        assert table.script(scripting.remove_player, name)
    assert table.state == "RUNNING"
    assert table.script(scripting.remove_player, "Cy")
    assert (table.state, table.row.ended_by, table.row.due_ms) == ("COMPLETE", "players left", None)


def test_a_removed_invitation_is_not_waited_for(table: Table) -> None:
    table.create("Ana", invite=["Bo", "Cy"])
    table.accept("Bo")
    table.heard()
    assert table.script(scripting.remove_player, "Cy")
    assert (table.state, table.heard()) == ("RUNNING", [("Started", ["Ana", "Bo"])])


def test_clients_see_script_data_and_never_private_data(table: Table) -> None:
    table.create("Ana", invite=["Bo"])
    assert table.script(scripting.set_data, "script_data", "player1Score", "356")
    assert table.script(scripting.set_data, "script_data", "other", {"a": [1, None]})
    assert table.script(scripting.set_data, "private_data", "secret", 7)
    assert table.document("Bo")["scriptData"] == {"player1Score": "356", "other": {"a": [1, None]}}
    assert table.row.private_data == {"secret": 7}
    assert table.script(scripting.set_data, "script_data", "other", None)
    assert table.document("Bo")["scriptData"] == {"player1Score": "356"}


def test_a_challenge_of_another_stage_or_none_is_left_alone(table: Table) -> None:
    running(table)
    act, live = Act(Run(), table.now, "script"), table.stage.game.stage("live").pk
    assert not scripting.draw(act, live, table.challenge_id)
    assert not scripting.draw(act, table.stage.pk, "0" * 24)
    assert table.state == "RUNNING"
