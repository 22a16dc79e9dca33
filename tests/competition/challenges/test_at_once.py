"""What many do to one challenge at one moment happens as if one after the other, and once."""

import pytest

from competition.challenges import scripting
from competition.challenges.holding import Act
from competition.models import ChallengePlayer, Reservation
from players.sessions import set_banned
from protocol.run import Run
from tests.competition.at_once import at_once
from tests.competition.challenges.table import Table

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

COMERS = [f"P{number}" for number in range(8)]
INVALID = {"challengeInstanceId": "INVALID"}


@pytest.fixture(autouse=True)
def seated(table: Table) -> None:
    table.sit("Ana", *COMERS)


def test_a_place_is_joined_once_however_many_come(table: Table) -> None:
    table.create("Ana", accessType="PUBLIC", minPlayers=4, maxPlayers=4)
    answers = at_once(*[lambda name=name: table.join(name) for name in COMERS])
    assert (answers.count(True), answers.count(False)) == (3, 5)
    assert (table.state, table.row.accepted_count) == ("RUNNING", 4)
    places = ChallengePlayer.objects.filter(stand="accepted").values_list("place", flat=True)
    assert sorted(places) == [0, 1, 2, 3]
    heard = table.heard()
    assert [what for what, _ in heard].count("Started") == 1
    assert [len(who) for what, who in heard if what == "Joined"] == [1, 2, 3]


def test_a_place_is_accepted_once_however_many_say_yes(table: Table) -> None:
    table.create("Ana", invite=COMERS, maxPlayers=3, startTime=10)
    answers = at_once(*[lambda name=name: table.accept(name) for name in COMERS])
    # The second player is enough to wait for the start, and then nobody answers any more.
    assert (answers.count(None), answers.count(INVALID)) == (1, 7)
    assert (table.state, list(table.stands().values()).count("accepted")) == ("WAITING", 2)


def test_the_last_answers_start_or_decline_a_challenge_once(table: Table) -> None:
    table.create("Ana", invite=COMERS)
    calls = [lambda name=name: table.decline(name) for name in COMERS[1:]]
    assert at_once(lambda: table.accept(COMERS[0]), *calls) == [None] * 8
    assert (table.state, [what for what, _ in table.heard()].count("Started")) == ("RUNNING", 1)
    table.create("Ana", invite=COMERS)
    assert at_once(*[lambda name=name: table.decline(name) for name in COMERS]) == [None] * 8
    assert table.state == "DECLINED"
    shown = [frames["Ana"]["challenge"]["state"] for what, frames in table.frames() if what == "Declined"]
    assert (shown.count("ISSUED"), shown.count("DECLINED")) == (7, 1)


def test_a_turn_is_taken_once_however_often(table: Table) -> None:
    table.create("Ana", "TURNS", invite=["P0"])
    table.accept("P0")
    taken = at_once(*[lambda: table.script(scripting.take_turn, "Ana")] * 8)
    assert (taken.count(True), table.row.next_player) == (1, table.players["P0"].pk)
    assert ChallengePlayer.objects.get(player=table.players["Ana"]).turns == 1


def test_one_winner_gets_the_pot_however_many_are_named(table: Table) -> None:
    for name in ("Ana", *COMERS):
        table.give(name, {1: 10})
    table.create("Ana", accessType="PUBLIC", minPlayers=9, currency1Wager=10)
    assert at_once(*[lambda name=name: table.join(name) for name in COMERS]) == [True] * 8
    answers = at_once(*[lambda name=name: table.script(scripting.win, name) for name in COMERS])
    assert answers.count(True) == 1
    purses = sorted(table.purse(name) for name in ("Ana", *COMERS))
    assert purses == [(0, 0)] * 8 + [(90, 0)]
    assert (Reservation.objects.count(), [what for what, _ in table.heard()].count("Won")) == (0, 1)


def test_challenges_with_the_same_players_and_wagers_end_at_once_without_a_deadlock(table: Table) -> None:
    made = []
    for name in COMERS:
        table.give(name, {1: 100})
    for challenger in COMERS:
        others = [name for name in COMERS if name != challenger]
        made.append(table.create(challenger, accessType="PUBLIC", minPlayers=8, currency1Wager=10))
        for name in others:
            table.join(name)
    ended = at_once(*[lambda one=one: draw(table, one) for one in made])
    assert ended == [True] * 8
    assert [table.purse(name) for name in COMERS] == [(100, 0)] * 8


def draw(table: Table, challenge_id: str) -> bool:
    return scripting.draw(Act(Run(), table.now, "script"), table.stage.pk, challenge_id)


def test_two_workers_do_each_due_challenge_once(table: Table) -> None:
    for name in COMERS:
        table.create("Ana", invite=[name], expiryTime=5)
    table.at(5)
    table.heard()
    at_once(*[table.look] * 4)
    assert sorted(table.heard()) == [("Expired", ["Ana", name]) for name in COMERS]


def test_an_accept_beside_an_expiry_undoes_nothing_and_nothing_twice(table: Table) -> None:
    for _ in range(5):
        table.create("Ana", invite=["P0"], expiryTime=5)
        table.at(5)
        table.heard()
        _, answer = at_once(table.look, lambda: table.accept("P0"))
        table.look()  # it passed over what the other one held
        assert (answer, table.state, table.heard()) == (INVALID, "EXPIRED", [("Expired", ["Ana", "P0"])])
        table.at(0)


def test_last_turns_at_one_moment_all_count_and_end_the_challenge_once(table: Table) -> None:
    names = COMERS[:4]
    table.create("Ana", "SCORES", accessType="PUBLIC", minPlayers=5, maxAttempts=1)
    for name in names:
        table.join(name)
    table.log("Ana", "SCORE", S=1)
    table.heard()
    posted = at_once(*[lambda n=number: table.log(names[n], "SCORE", S=10 + n) for number in range(4)])
    assert posted == [None] * 4
    heard = [what for what, _ in table.heard()]
    assert (heard.count("TurnTaken"), heard.count("Won"), heard.count("Lost")) == (4, 1, 1)
    assert (table.state, table.row.winner_id) == ("COMPLETE", table.players["P3"].pk)
    assert set(ChallengePlayer.objects.values_list("turns", flat=True)) == {1}


def test_one_attempt_is_used_once_however_often_it_is_sent(table: Table) -> None:
    table.create("Ana", "SCORES", invite=["P0"], maxAttempts=1)
    table.accept("P0")
    posted = at_once(*[lambda n=number: table.log("P0", "SCORE", S=n) for number in range(8)])
    assert (posted.count(None), posted.count({"challengeInstanceId": "NO_ATTEMPTS_LEFT"})) == (1, 7)


def test_events_logged_and_global_and_bans_do_not_wait_for_each_other(table: Table) -> None:
    """Whatever locks challenges, totals, entries and players at once: nobody ends in a deadlock."""
    names = COMERS[:4]
    for _ in range(2):
        table.create("Ana", "GLOBAL", accessType="PUBLIC", minPlayers=5)
        for name in names:
            table.join(name)
    done = at_once(
        *[lambda name=name: table.play(name, "SCORE", S=1) for name in names[:3]],
        *[lambda name=name: table.log(name, "SCORE", S=2) for name in names[:3]],
        lambda: set_banned(table.players["P3"], True, None),
        table.look,
    )
    assert done == [None] * 8
    table.look()
    assert table.stands() == {
        "Ana": "accepted",
        "P0": "accepted",
        "P1": "accepted",
        "P2": "accepted",
        "P3": "left",
    }
