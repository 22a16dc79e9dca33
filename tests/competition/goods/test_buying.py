"""Goods bought with the game's currencies, used up, granted, and what a new player begins with."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from competition.goods import balances, buying, inventory
from competition.goods.booking import LARGEST, Source
from competition.goods.catalogue import goods
from competition.models import OwnedGood, Transaction, Wallet
from games.models import Stage
from players import accounts
from players.models import Player
from protocol.errors import RequestError
from tests.competition.at_once import at_once

pytestmark = pytest.mark.django_db

WHY = Source("because")


def fault(function: Callable[..., Any], *arguments: Any) -> dict[str, Any]:
    with pytest.raises(RequestError) as refused:
        function(*arguments)
    return refused.value.fields


def buy(player: Player, code: str, quantity: int = 1, number: int = 2) -> buying.Purchase:
    return buying.buy(player.stage_id, player.pk, code, quantity, number, WHY)


@pytest.fixture
def rich(ana: Player) -> Player:
    balances.credit(ana.pk, {1: 100, 2: 100}, Source("rich"))
    return ana


def test_a_good_costs_its_price_in_the_currency_that_was_named(rich: Player) -> None:
    bought = buy(rich, "SHIELD", 3, 1)
    assert (bought.price, bought.quantity, bought.number) == (30, 3, 1)
    buy(rich, "SHIELD", 2, 2)
    assert inventory.owned(rich.pk) == {"SHIELD": 5}
    assert (balances.balances(rich.pk)[1], balances.balances(rich.pk)[2]) == (70, 98)


def test_a_purchase_is_one_transaction(rich: Player) -> None:
    buy(rich, "SHIELD", 3, 1)
    row = Transaction.objects.order_by("-id")[0]
    assert list(row.items.order_by("id").values_list("kind", "amount", "value")) == [
        ("currency1", -30, 70),
        ("SHIELD", 3, 3),
    ]


@pytest.mark.parametrize(
    ("code", "quantity", "number", "faults"),
    [
        ("NONE", 1, 1, {"shortCode": "UNKNOWN"}),
        ("NONE", 0, 7, {"shortCode": "UNKNOWN", "currencyType": "UNRECOGNISED", "quantity": "INVALID"}),
        ("SHIELD", -1, 1, {"quantity": "INVALID"}),
        ("SHIELD", 1, 0, {"currencyType": "UNRECOGNISED"}),
        ("SHIELD", 1, 3, {"currencyType": "UNRECOGNISED"}),
        ("STORE_ONLY", 1, 1, {"currencyType": "UNRECOGNISED"}),
        ("RELIC", 1, 1, {"shortCode": "DISABLED"}),
        ("PACK", 1, 1, {"virtualGood": "CANNOT_BE_CURRENCY"}),
        ("CROWN", 3, 2, {"quantity": "EXCEEDS_MAX_QUANTITY"}),
        ("SHIELD", 11, 1, {"currency1": "INSUFFICIENT_FUNDS"}),
        ("CROWN", 21, 2, {"quantity": "EXCEEDS_MAX_QUANTITY", "currency2": "INSUFFICIENT_FUNDS"}),
        ("SHIELD", LARGEST, 1, {"currency1": "INSUFFICIENT_FUNDS"}),
    ],
)
def test_what_cannot_be_bought_changes_nothing_and_names_every_fault(
    rich: Player, code: str, quantity: int, number: int, faults: dict[str, str]
) -> None:
    assert fault(buy, rich, code, quantity, number) == faults
    assert (balances.balances(rich.pk)[1], balances.balances(rich.pk)[2]) == (100, 100)
    assert (OwnedGood.objects.count(), Transaction.objects.count()) == (0, 1)


def test_nobody_has_more_of_a_good_than_there_may_be(rich: Player) -> None:
    buy(rich, "CROWN", 2)
    assert fault(buy, rich, "CROWN") == {"quantity": "EXCEEDS_MAX_QUANTITY"}
    buying.consume(rich.pk, "CROWN", 1, WHY)
    buy(rich, "CROWN")
    assert inventory.owned(rich.pk) == {"CROWN": 2}


def test_what_is_used_up_is_gone(rich: Player) -> None:
    buy(rich, "SHIELD", 2)
    assert fault(buying.consume, rich.pk, "SHIELD", 3, WHY) == {"qty": "INSUFFICIENT"}
    buying.consume(rich.pk, "SHIELD", 2, WHY)
    assert inventory.owned(rich.pk) == {}
    assert fault(buying.consume, rich.pk, "SHIELD", 1, WHY) == {"qty": "INSUFFICIENT"}
    assert fault(buying.consume, rich.pk, "NONE", 1, WHY) == {"qty": "INSUFFICIENT"}
    assert fault(buying.consume, rich.pk, "SHIELD", 0, WHY) == {"quantity": "INVALID"}


def test_a_good_that_is_granted_costs_nothing_and_has_its_limit(ana: Player, stage: Stage) -> None:
    crown = goods(stage.pk)["CROWN"]
    assert inventory.grant(ana.pk, crown, 2, WHY)
    assert not inventory.grant(ana.pk, crown, 1, WHY)
    assert inventory.owned(ana.pk) == {"CROWN": 2}
    assert balances.balances(ana.pk) == dict.fromkeys(range(1, 7), 0)


def test_a_pack_that_is_granted_becomes_its_currencies(ana: Player, stage: Stage) -> None:
    assert inventory.grant(ana.pk, goods(stage.pk)["PACK"], 2, WHY)
    assert (balances.balances(ana.pk)[1], balances.balances(ana.pk)[6]) == (200, 6)
    assert inventory.owned(ana.pk) == {}


def test_a_player_has_goods_of_their_own(rich: Player, bo: Player) -> None:
    buy(rich, "SHIELD")
    assert inventory.owned(bo.pk) == {}
    assert not inventory.use(bo.pk, "SHIELD", 1, WHY)


# --- new players -------------------------------------------------------------------------------------------


def test_a_new_player_begins_with_the_bonus_once(stage: Stage) -> None:
    device = {"device_id": "phone-1"}
    made = accounts.log_in_by_device(stage.pk, device, "Ana", None)
    accounts.log_in_by_device(stage.pk, device, "Ana", None)
    registered = accounts.register(stage.pk, "bo", "hash", "Bo", None)
    for answer in (made, registered):
        assert balances.balances(answer["userId"]) == {1: 25, 2: 0, 3: 1, 4: 0, 5: 0, 6: 0}
    assert list(Transaction.objects.values_list("reason", flat=True)) == ["Signup bonus"] * 2


def test_without_a_bonus_a_new_player_costs_no_row(bare_stage: Stage) -> None:
    accounts.register(bare_stage.pk, "bo", "hash", "Bo", None)
    assert (Wallet.objects.count(), Transaction.objects.count()) == (0, 0)


@pytest.fixture
def bare_stage(db: None) -> Stage:
    from games.publishing import create_game

    return create_game("Bare", None, "bare0000dice").stage("preview")


# --- at one moment -----------------------------------------------------------------------------------------


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_fifty_purchases_at_once_never_overspend(ana: Player) -> None:
    at_once(partial(balances.credit, ana.pk, {2: 17}, WHY))
    answers = at_once(*[partial(buy, ana, "SHIELD")] * 50)
    assert answers.count({"currency2": "INSUFFICIENT_FUNDS"}) == 33
    assert (balances.balances(ana.pk)[2], inventory.owned(ana.pk)) == (0, {"SHIELD": 17})
    assert Transaction.objects.count() == 18


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_purchases_at_once_keep_to_the_most_of_a_good(ana: Player) -> None:
    at_once(partial(balances.credit, ana.pk, {2: 1000}, WHY))
    answers = at_once(*[partial(buy, ana, "CROWN")] * 10)
    assert answers.count({"quantity": "EXCEEDS_MAX_QUANTITY"}) == 8
    assert (balances.balances(ana.pk)[2], inventory.owned(ana.pk)) == (990, {"CROWN": 2})


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_good_is_used_up_once(ana: Player, stage: Stage) -> None:
    at_once(partial(inventory.grant, ana.pk, goods(stage.pk)["SHIELD"], 3, WHY))
    assert (
        sorted(at_once(*[partial(inventory.use, ana.pk, "SHIELD", 1, WHY)] * 10)) == [False] * 7 + [True] * 3
    )
    assert inventory.owned(ana.pk) == {}
