"""What players put at stake (competition-rules.md §5.8.6)."""

import pytest

from competition.challenges import scripting
from competition.models import Reservation, Transaction
from tests.competition.challenges.table import Table, fault

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def seated(table: Table) -> None:
    table.sit("Ana", "Bo", "Cy")
    for name in ("Ana", "Bo", "Cy"):
        table.give(name, {1: 15, 3: 2})


def purses(table: Table) -> dict[str, tuple[int, int]]:
    return {name: table.purse(name) for name in ("Ana", "Bo", "Cy")}


def test_the_winner_gets_the_pot(table: Table) -> None:
    table.create("Ana", accessType="PUBLIC", minPlayers=3, currency1Wager=10, currency3Wager=1)
    assert purses(table) == {"Ana": (5, 10), "Bo": (15, 0), "Cy": (15, 0)}
    table.join("Bo")
    table.join("Cy")
    assert purses(table) == {"Ana": (5, 10), "Bo": (5, 10), "Cy": (5, 10)}
    shown = table.document("Cy")
    assert (shown["currency1Wager"], shown["currency3Wager"], shown["state"]) == (10, 1, "RUNNING")
    assert "currency2Wager" not in shown
    table.heard()
    assert table.script(scripting.win, "Bo")
    assert purses(table) == {"Ana": (5, 0), "Bo": (35, 0), "Cy": (5, 0)}
    assert [table.purse(name, 3) for name in ("Ana", "Bo", "Cy")] == [(1, 0), (4, 0), (1, 0)]
    (won, frames), (lost, _) = table.frames()
    assert (won, lost) == ("Won", "Lost")
    amounts = [frames["Bo"][f"currency{number}Won"] for number in range(1, 7)]
    assert amounts == [30, 0, 3, 0, 0, 0]


def test_a_draw_gives_all_stakes_back(table: Table) -> None:
    table.create("Ana", invite=["Bo"], currency1Wager=10)
    table.accept("Bo")
    table.at(60)
    table.look()
    assert table.heard()[-1] == ("Drawn", ["Ana", "Bo"])
    assert purses(table) == {"Ana": (15, 0), "Bo": (15, 0), "Cy": (15, 0)}


def test_what_comes_to_nothing_gives_stakes_back(table: Table) -> None:
    invited = {"invite": ["Bo", "Cy"], "currency1Wager": 10}
    table.create("Ana", **invited, expiryTime=5)
    table.accept("Bo")
    assert purses(table) == {"Ana": (5, 10), "Bo": (5, 10), "Cy": (15, 0)}
    table.at(5)
    table.look()
    assert (table.state, purses(table)) == ("EXPIRED", dict.fromkeys(("Ana", "Bo", "Cy"), (15, 0)))
    table.create("Ana", **invited)
    table.accept("Bo")
    table.withdraw("Ana")
    assert (table.state, purses(table)) == ("WITHDRAWN", dict.fromkeys(("Ana", "Bo", "Cy"), (15, 0)))
    table.create("Ana", **invited)
    table.decline("Bo")
    table.decline("Cy")
    assert (table.state, purses(table)) == ("DECLINED", dict.fromkeys(("Ana", "Bo", "Cy"), (15, 0)))
    assert Reservation.objects.count() == 0


def test_who_is_removed_has_the_stake_back_and_the_pot_is_smaller(table: Table) -> None:
    table.create("Ana", accessType="PUBLIC", minPlayers=3, currency1Wager=10)
    table.join("Bo")
    table.join("Cy")
    assert table.script(scripting.remove_player, "Cy")
    assert purses(table) == {"Ana": (5, 10), "Bo": (5, 10), "Cy": (15, 0)}
    assert table.script(scripting.win, "Ana")
    assert purses(table) == {"Ana": (25, 0), "Bo": (5, 0), "Cy": (15, 0)}


def test_who_cannot_pay_does_not_take_part(table: Table) -> None:
    too_much = {"currency1": "INSUFFICIENT_FUNDS"}
    assert fault(table.create, "Ana", invite=["Bo"], currency1Wager=16) == too_much
    table.sit("Di")
    table.create("Ana", invite=["Di"], currency1Wager=10)
    table.heard()
    assert fault(table.accept, "Di") == too_much
    assert (table.stands()["Di"], table.heard(), table.purse("Di")) == ("invited", [], (0, 0))
    table.create("Bo", accessType="PUBLIC", currency1Wager=10)
    table.heard()
    assert fault(table.join, "Di") == too_much
    assert (list(table.stands()), table.heard()) == (["Bo"], [])


def test_wagers_are_amounts(table: Table) -> None:
    wrong = {"currency1Wager": -1, "currency6Wager": -10}
    assert fault(table.create, "Ana", invite=["Bo"], **wrong) == dict.fromkeys(wrong, "INVALID")
    table.create("Ana", invite=["Bo"], currency1Wager=0)
    assert (table.row.wager, Transaction.objects.filter(reason__contains="wager").count()) == ({}, 0)
