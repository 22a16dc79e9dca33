"""Balances of the six currencies: never below 0, and always the sum of their transactions."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from competition.goods import balances, wallets
from competition.goods.balances import InsufficientFunds
from competition.goods.booking import LARGEST, Source
from competition.models import Reservation, Transaction, TransactionItem, Wallet
from players.models import Player
from tests.competition.at_once import at_once

pytestmark = pytest.mark.django_db

AddPlayer = Callable[..., Player]

WHY = Source("because", "request-7", "Event.SCORE", "event")


def booked(player: Player) -> dict[str, int]:
    """The sums of the player's transactions, without zeros."""
    rows = TransactionItem.objects.filter(transaction__player=player).values("kind")
    return {row["kind"]: row["total"] for row in rows.annotate(total=Sum("amount")) if row["total"]}


def owned(player: Player) -> dict[str, int]:
    """Balances and reservations as they stand, without zeros, named as transactions name them."""
    found = {f"currency{number}": amount for number, amount in balances.balances(player.pk).items()}
    found |= {
        f"reservedCurrency{number}": sum(purposes.values())
        for number, purposes in balances.reserved(player.pk).items()
    }
    return {kind: amount for kind, amount in found.items() if amount}


def test_a_player_begins_with_nothing_and_without_a_row(ana: Player) -> None:
    assert balances.balances(ana.pk) == dict.fromkeys(range(1, 7), 0)
    assert Wallet.objects.count() == 0


def test_a_change_leaves_a_transaction_that_says_why(ana: Player) -> None:
    balances.credit(ana.pk, {1: 100, 6: 5, 2: 0}, WHY)
    balances.debit(ana.pk, {1: 30}, Source("spent"))
    assert owned(ana) == {"currency1": 70, "currency6": 5}
    first, second = Transaction.objects.order_by("id")
    assert (first.reason, first.request_id, first.script, first.script_type) == (
        "because",
        "request-7",
        "Event.SCORE",
        "event",
    )
    assert list(first.items.order_by("id").values_list("kind", "amount", "value")) == [
        ("currency1", 100, 100),
        ("currency6", 5, 5),
    ]
    assert list(second.items.values_list("kind", "amount", "value")) == [("currency1", -30, 70)]


def test_nothing_changed_leaves_no_transaction(ana: Player) -> None:
    balances.credit(ana.pk, {1: 0}, WHY)
    balances.debit(ana.pk, {}, WHY)
    assert Transaction.objects.count() == 0


def test_what_is_not_there_cannot_be_spent_and_every_lacking_currency_is_named(ana: Player) -> None:
    balances.credit(ana.pk, {1: 10, 2: 10, 3: 10}, WHY)
    with pytest.raises(InsufficientFunds) as refused:
        balances.debit(ana.pk, {1: 10, 2: 11, 3: 11}, WHY)
    assert refused.value.numbers == (2, 3)
    assert refused.value.fields == {"currency2": "INSUFFICIENT_FUNDS", "currency3": "INSUFFICIENT_FUNDS"}
    assert owned(ana) == {"currency1": 10, "currency2": 10, "currency3": 10}
    assert Transaction.objects.count() == 1


@pytest.mark.parametrize("amounts", [{1: -1}, {0: 1}, {7: 1}])
def test_an_amount_below_nothing_or_of_no_currency_is_a_mistake(ana: Player, amounts: dict[int, int]) -> None:
    for change in (balances.credit, balances.debit):
        with pytest.raises(ValueError, match="not amounts"):
            change(ana.pk, amounts, WHY)
    assert owned(ana) == {}


def test_a_balance_stays_within_what_clients_can_read(ana: Player) -> None:
    balances.credit(ana.pk, {1: LARGEST - 1}, WHY)
    balances.credit(ana.pk, {1: 5}, WHY)
    assert owned(ana) == booked(ana) == {"currency1": 2**53}


def test_what_is_reserved_can_neither_be_spent_nor_taken_for_something_else(ana: Player) -> None:
    balances.credit(ana.pk, {1: 100, 2: 7}, WHY)
    balances.reserve(ana.pk, {1: 60, 2: 7}, "duel", WHY)
    balances.reserve(ana.pk, {1: 10}, "other", WHY)
    assert balances.reserved(ana.pk)[1] == {"duel": 60, "other": 10}
    with pytest.raises(InsufficientFunds):
        balances.debit(ana.pk, {1: 31}, WHY)
    with pytest.raises(InsufficientFunds):
        balances.reserve(ana.pk, {1: 30, 2: 1}, "third", WHY)
    assert balances.release(ana.pk, "duel", WHY) == {1: 60, 2: 7}
    assert balances.release(ana.pk, "duel", WHY) == {}
    assert owned(ana) == {"currency1": 90, "currency2": 7, "reservedCurrency1": 10}


def test_a_stake_that_is_spent_is_gone_and_says_how_much_it_was(ana: Player, bo: Player) -> None:
    for player in (ana, bo):
        balances.credit(player.pk, {3: 50}, WHY)
        balances.reserve(player.pk, {3: 20}, "duel", WHY)
    assert balances.spend_reserved(ana.pk, "duel", WHY) == {3: 20}
    assert (owned(ana), owned(bo)) == ({"currency3": 30}, {"currency3": 30, "reservedCurrency3": 20})
    newest = Transaction.objects.filter(player=ana).order_by("-id")[0]
    assert list(newest.items.values_list("kind", "amount", "value")) == [("reservedCurrency3", -20, 0)]


def test_the_database_refuses_a_debt_whoever_writes_it(ana: Player) -> None:
    balances.credit(ana.pk, {1: 1}, WHY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Wallet.objects.update(currency1=-1)


class NaiveAccount:
    """What a player has, kept with two counters and nothing of ours."""

    def __init__(self) -> None:
        self.free: Counter[int] = Counter()
        self.set_aside: dict[str, Counter[int]] = {"duel": Counter(), "bet": Counter()}

    def do(self, change: str, amounts: dict[int, int], purpose: str) -> bool:
        """False where it is refused."""
        if change in ("debit", "reserve"):
            if any(self.free[number] < amount for number, amount in amounts.items()):
                return False
            self.free.subtract(amounts)
        if change == "credit":
            self.free.update(amounts)
        if change == "reserve":
            self.set_aside[purpose].update(amounts)
        if change == "release":
            self.free.update(self.set_aside[purpose])
        if change in ("release", "spend_reserved"):
            self.set_aside[purpose].clear()
        return True

    def owned(self) -> dict[str, int]:
        found = {f"currency{number}": amount for number, amount in self.free.items()}
        for number in range(1, 7):
            found[f"reservedCurrency{number}"] = sum(held[number] for held in self.set_aside.values())
        return {kind: amount for kind, amount in found.items() if amount}


AMOUNTS = st.dictionaries(st.sampled_from([1, 2, 6]), st.integers(0, 9), min_size=1, max_size=3)
CHANGES = st.tuples(
    st.sampled_from(["credit", "debit", "reserve", "release", "spend_reserved"]),
    AMOUNTS,
    st.sampled_from(["duel", "bet"]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(CHANGES, min_size=3, max_size=12))
def test_balances_are_the_sum_of_their_transactions_and_never_negative(
    add_player: AddPlayer, changes: list[tuple[str, dict[int, int], str]]
) -> None:
    player, naive = add_player(f"player{Player.objects.count()}"), NaiveAccount()
    enough_to_begin_with = ("credit", {1: 20, 2: 20, 6: 20}, "duel")
    for change, amounts, purpose in [enough_to_begin_with, *changes]:
        assert done(player, change, amounts, purpose) == naive.do(change, amounts, purpose)
        assert owned(player) == booked(player) == naive.owned()


def done(player: Player, change: str, amounts: dict[int, int], purpose: str) -> bool:
    arguments: dict[str, tuple[Any, ...]] = {
        "credit": (amounts,),
        "debit": (amounts,),
        "reserve": (amounts, purpose),
    }
    try:
        getattr(balances, change)(player.pk, *arguments.get(change, (purpose,)), WHY)
    except InsufficientFunds:
        return False
    return True


def test_a_change_takes_four_statements(
    ana: Player, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    balances.credit(ana.pk, {1: 100}, WHY)
    with django_assert_num_queries(4):  # lock, wallet, transaction, its items
        balances.debit(ana.pk, {1: 10}, WHY)


# --- at one moment -----------------------------------------------------------------------------------------


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_first_credit_counts_however_many_come_at_once(ana: Player) -> None:
    at_once(*[partial(balances.credit, ana.pk, {1: 1}, WHY)] * 8)
    assert owned(ana) == booked(ana) == {"currency1": 8}


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_balance_is_not_spent_and_set_aside_both(ana: Player) -> None:
    at_once(partial(balances.credit, ana.pk, {1: 10}, WHY))
    spend = partial(balances.debit, ana.pk, {1: 10}, WHY)
    answers = at_once(*[spend, partial(balances.reserve, ana.pk, {1: 10}, "duel", WHY)] * 4)
    assert (answers.count(None), answers.count({"currency1": "INSUFFICIENT_FUNDS"})) == (1, 7)
    assert owned(ana) == booked(ana)
    assert sum(owned(ana).values()) in (0, 10)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_stake_returns_or_is_spent_once(ana: Player) -> None:
    at_once(partial(balances.credit, ana.pk, {1: 10}, WHY))
    at_once(partial(balances.reserve, ana.pk, {1: 10}, "duel", WHY))
    calls = [partial(end, ana.pk, "duel", WHY) for end in (balances.release, balances.spend_reserved)]
    assert Counter(map(str, at_once(*calls * 4))) == {"{1: 10}": 1, "{}": 7}
    assert Reservation.objects.count() == 0


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_locks_of_several_players_are_taken_in_one_order(
    ana: Player, bo: Player, add_player: AddPlayer
) -> None:
    """Also while their wallets are being made: otherwise one would end in a deadlock."""
    everybody = [ana.pk, bo.pk, *[add_player(f"p{number}").pk for number in range(6)]]
    at_once(partial(balances.credit, everybody[3], {1: 1}, WHY))

    def all_of(ids: list[str]) -> int:
        return len(wallets.lock(ids))

    orders = [everybody, everybody[::-1], everybody[4:] + everybody[:4], everybody[::-1]]
    assert at_once(*[partial(all_of, order) for order in orders]) == [8] * 4
    assert Wallet.objects.count() == 8
