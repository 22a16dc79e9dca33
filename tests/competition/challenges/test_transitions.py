"""Challenges on their way through their states, with who hears of it (competition-rules.md §5.3)."""

import pytest

from competition.challenges import clock
from competition.models import Challenge, ChallengePlayer
from players.sessions import set_banned
from tests.competition.challenges.table import MINUTE, NOON, Table, fault

pytestmark = pytest.mark.django_db

INVALID = {"challengeInstanceId": "INVALID"}


@pytest.fixture(autouse=True)
def seated(table: Table) -> None:
    table.sit("Ana", "Bo", "Cy", "Di")


def test_a_private_challenge_starts_when_the_one_invited_accepts(table: Table) -> None:
    table.create("Ana", invite=["Bo"], challengeMessage="Dare you?")
    assert (table.state, table.heard()) == ("ISSUED", [("Issued", ["Bo"])])
    table.at(3)
    table.accept("Bo")
    assert (table.state, table.heard()) == (
        "RUNNING",
        [("Accepted", ["Ana", "Bo"]), ("Started", ["Ana", "Bo"])],
    )
    assert table.document("Bo")["startDate"] == "2026-11-22T12:03Z"
    assert table.row.start_ms == NOON + 3 * MINUTE


def test_several_invited_are_waited_for(table: Table) -> None:
    table.create("Ana", invite=["Bo", "Cy", "Di"])
    table.accept("Bo")
    table.decline("Cy")
    assert table.state == "ISSUED"
    assert table.heard() == [
        ("Issued", ["Bo", "Cy", "Di"]),
        ("Accepted", ["Ana", "Bo"]),
        ("Declined", ["Ana", "Bo"]),
    ]
    table.accept("Di")
    assert table.heard() == [("Accepted", ["Ana", "Bo", "Di"]), ("Started", ["Ana", "Bo", "Di"])]


def test_the_last_no_declines_the_challenge_and_its_message_shows_it(table: Table) -> None:
    table.create("Ana", invite=["Bo", "Cy"])
    table.decline("Bo", "Busy")
    table.decline("Cy", "Never")
    assert (table.state, table.row.due_ms, table.row.ended_by) == ("DECLINED", None, "all declined")
    (_, _, first), (_, _, last) = (
        (what, sorted(frames), frames["Ana"]) for what, frames in table.frames() if what == "Declined"
    )
    shown = [(each["who"], each["message"], each["challenge"]["state"]) for each in (first, last)]
    assert shown == [("Bo", "Busy", "ISSUED"), ("Cy", "Never", "DECLINED")]
    assert [each["name"] for each in last["challenge"]["declined"]] == ["Bo", "Cy"]
    assert [each["name"] for each in last["challenge"]["challenged"]] == ["Bo", "Cy"]


def test_enough_players_start_a_challenge_without_a_start_time(table: Table) -> None:
    table.create("Ana", accessType="PUBLIC", minPlayers=3)
    assert table.join("Bo")
    assert table.state == "ISSUED"
    assert table.join("Cy")
    assert table.heard() == [
        ("Joined", ["Ana"]),
        ("Joined", ["Ana", "Bo"]),
        ("Started", ["Ana", "Bo", "Cy"]),
    ]


def test_a_challenge_waits_for_its_start_and_takes_more_players_meanwhile(table: Table) -> None:
    table.create("Ana", accessType="PUBLIC", startTime=10, minPlayers=2)
    table.join("Bo")
    assert (table.state, table.heard()) == ("WAITING", [("Joined", ["Ana"]), ("Waiting", ["Ana", "Bo"])])
    assert table.join("Cy")
    assert table.heard() == [("Joined", ["Ana", "Bo"])]
    table.at(10)
    table.look()
    assert (table.state, table.heard()) == ("RUNNING", [("Started", ["Ana", "Bo", "Cy"])])
    assert table.document("Ana")["startDate"] == "2026-11-22T12:10Z"
    assert table.join("Di") is False


def test_nobody_starts_too_few_players(table: Table) -> None:
    table.create("Ana", accessType="PUBLIC", startTime=10)
    table.at(10)
    table.look()
    assert (table.state, table.heard()) == ("EXPIRED", [("Expired", ["Ana"])])


def test_expiry_closes_what_could_not_start(table: Table) -> None:
    table.create("Ana", invite=["Bo", "Cy", "Di"], expiryTime=5)
    table.accept("Bo")
    table.decline("Cy")
    table.heard()
    table.at(4.99)
    table.look()
    assert table.heard() == []
    table.at(5)
    assert fault(table.accept, "Di") == INVALID
    assert (table.state, table.heard()) == ("ISSUED", [])  # what is refused leaves nothing
    table.look()
    assert (table.state, table.row.ended_by) == ("EXPIRED", "expiry time")
    assert table.heard() == [("Expired", ["Ana", "Bo", "Di"])]
    table.look()
    assert table.heard() == []


def test_a_join_that_comes_too_late_expires_the_challenge_by_the_way(table: Table) -> None:
    table.create("Ana", accessType="PUBLIC", expiryTime=5)
    table.at(6)
    assert table.join("Bo") is False
    assert (table.state, table.heard()) == ("EXPIRED", [("Expired", ["Ana"])])


def test_after_a_downtime_everything_happens_in_its_order_once(table: Table) -> None:
    table.create("Ana", accessType="PUBLIC", startTime=10, endTime=20)
    table.join("Bo")
    table.heard()
    table.at(500)
    table.look()
    assert (table.state, table.row.ended_by) == ("COMPLETE", "end time")
    assert table.heard() == [("Started", ["Ana", "Bo"]), ("Drawn", ["Ana", "Bo"])]
    table.look()
    assert (table.heard(), table.row.due_ms) == ([], None)


def test_the_challenger_withdraws_what_has_not_started(table: Table) -> None:
    table.create("Ana", invite=["Bo", "Cy", "Di"])
    table.accept("Bo")
    table.decline("Cy")
    assert fault(table.withdraw, "Bo") == INVALID
    table.heard()
    table.withdraw("Ana", "Another time")
    assert (table.state, table.row.ended_by) == ("WITHDRAWN", "withdrawn")
    ((what, frames),) = table.frames()
    assert (what, sorted(frames)) == ("Withdrawn", ["Bo", "Di"])
    shown = frames["Di"]
    assert (shown["who"], shown["message"], shown["challenge"]["state"]) == (
        "Ana",
        "Another time",
        "WITHDRAWN",
    )
    assert fault(table.withdraw, "Ana") == INVALID
    assert fault(table.accept, "Di") == INVALID


def test_what_runs_is_not_withdrawn(table: Table) -> None:
    table.create("Ana", invite=["Bo"])
    table.accept("Bo")
    assert fault(table.withdraw, "Ana") == INVALID
    assert table.state == "RUNNING"


def test_only_the_invited_answer_and_only_once(table: Table) -> None:
    table.create("Ana", invite=["Bo", "Cy"])
    for outsider in ("Ana", "Di"):
        assert fault(table.accept, outsider) == INVALID
        assert fault(table.decline, outsider) == INVALID
    table.accept("Bo")
    assert fault(table.accept, "Bo") == INVALID
    assert fault(table.decline, "Bo") == INVALID
    table.challenge_id = "0" * 24
    assert fault(table.accept, "Cy") == INVALID


def test_a_full_challenge_is_accepted_by_nobody(table: Table) -> None:
    table.create("Ana", invite=["Bo", "Cy"], maxPlayers=2, startTime=10, autoStart=None)
    table.accept("Bo")
    assert table.state == "WAITING"
    assert fault(table.accept, "Cy") == INVALID


def test_a_silent_challenge_is_silent_about_its_issue_alone(table: Table) -> None:
    table.create("Ana", invite=["Bo"], silent=True)
    assert table.heard() == []
    table.accept("Bo")
    assert table.heard() == [("Accepted", ["Ana", "Bo"]), ("Started", ["Ana", "Bo"])]


# --- players who are gone ----------------------------------------------------------------------------------


def ban(table: Table, name: str) -> None:
    set_banned(table.players[name], True, None)


def test_an_invited_player_who_is_banned_has_declined(table: Table) -> None:
    table.create("Ana", invite=["Bo", "Cy"])
    table.accept("Bo")
    table.heard()
    ban(table, "Cy")
    table.look()
    assert (table.state, table.stands()["Cy"]) == ("RUNNING", "left")
    assert table.heard() == [("Declined", ["Ana", "Bo"]), ("Started", ["Ana", "Bo"])]
    assert "challenged" in table.document("Ana")
    assert [each["name"] for each in table.document("Ana")["challenged"]] == ["Bo"]


def test_a_banned_challenger_withdraws_what_was_issued(table: Table) -> None:
    table.create("Ana", invite=["Bo", "Cy"])
    table.heard()
    ban(table, "Ana")
    table.look()
    assert (table.state, table.row.ended_by) == ("WITHDRAWN", "challenger left")
    assert table.heard() == [("Withdrawn", ["Bo", "Cy"])]


def test_turns_do_not_wait_for_who_was_banned(table: Table) -> None:
    table.create("Ana", "TURNS", invite=["Bo", "Cy"])
    table.accept("Bo")
    table.accept("Cy")
    assert table.document("Ana")["nextPlayer"] == table.players["Ana"].pk
    ban(table, "Ana")
    table.look()
    assert (table.state, table.row.next_player) == ("RUNNING", table.players["Bo"].pk)
    table.heard()
    ban(table, "Bo")
    table.look()
    assert (table.state, table.row.ended_by) == ("COMPLETE", "players left")
    assert table.heard() == [("Drawn", ["Cy"])]


def test_a_player_whose_rows_are_gone_without_a_word_is_noticed_within_a_day(table: Table) -> None:
    table.create("Ana", invite=["Bo"], endTime=10_000)
    table.accept("Bo")
    ChallengePlayer.objects.filter(player=table.players["Bo"]).delete()
    table.look()
    assert table.state == "RUNNING"
    table.at(24 * 60)
    table.look()
    assert (table.state, table.row.ended_by) == ("COMPLETE", "players left")


def test_a_deleted_challenger_leaves_a_name_and_nobody_stuck(table: Table) -> None:
    table.create("Ana", invite=["Bo", "Cy"], endTime=10_000)
    challenger_id = table.players["Ana"].pk
    table.heard()
    table.players["Ana"].delete()
    assert (table.state, table.heard()) == ("WITHDRAWN", [("Withdrawn", ["Bo", "Cy"])])
    assert table.document("Bo")["challenger"] == {"id": challenger_id, "name": "", "externalIds": {}}


# --- the worker --------------------------------------------------------------------------------------------


def test_a_claimed_challenge_is_nobody_else_s_for_a_while(table: Table) -> None:
    table.create("Ana", invite=["Bo"], expiryTime=5)
    table.at(5)
    assert clock.claim_due(table.now) == [(table.challenge_id, table.stage.pk)]
    assert clock.claim_due(table.now) == []
    assert clock.claim_due(table.now + clock.CLAIMED_MS) == [(table.challenge_id, table.stage.pk)]


def test_what_is_not_due_is_left_alone(table: Table) -> None:
    table.create("Ana", invite=["Bo"], expiryTime=5)
    assert Challenge.objects.get().due_ms == NOON + 5 * MINUTE
    table.at(4)
    assert clock.claim_due(table.now) == []
