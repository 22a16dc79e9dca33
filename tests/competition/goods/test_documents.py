"""How goods and what players own appear on the wire, and what the lists cost."""

import pytest
from pytest_django import DjangoAssertNumQueries

from competition.goods import balances, buying, history
from competition.goods.booking import Source
from competition.goods.catalogue import goods
from competition.goods.documents import account_part, good_document, transaction_documents
from competition.goods.sections import VirtualGoodsSection
from competition.models import Transaction
from games import kept_shapes
from games.models import Stage
from games.sections import Faults
from players.models import Player
from protocol.dates import format_date, parse_date

pytestmark = pytest.mark.django_db


def test_a_good_shows_the_prices_that_it_has(stage: Stage) -> None:
    assert good_document(goods(stage.pk)["SHIELD"]) == {
        "shortCode": "SHIELD",
        "name": "Shield",
        "description": "Takes a blow",
        "type": "VGOOD",
        "tags": "armour,wood",
        "disabled": False,
        "currency1Cost": 10,
        "baseCurrency1Cost": 10,
        "currency2Cost": 1,
        "baseCurrency2Cost": 1,
    }
    crown, pack = (good_document(goods(stage.pk)[code]) for code in ("CROWN", "PACK"))
    assert (crown["maxQuantity"], pack["type"], pack["tags"]) == (2, "CURRENCY", "")


def test_an_account_shows_balances_what_is_set_aside_and_goods(ana: Player) -> None:
    balances.credit(ana.pk, {1: 100, 2: 9}, Source("x"))
    balances.reserve(ana.pk, {1: 40}, "duel", Source("x"))
    buying.buy(ana.stage_id, ana.pk, "SHIELD", 2, 2, Source("x"))
    assert account_part(ana) == {
        "currency1": 60,
        "currency2": 7,
        **{f"currency{number}": 0 for number in range(3, 7)},
        "reservedCurrency1": {"duel": 40},
        **{f"reservedCurrency{number}": {} for number in range(2, 7)},
        "virtualGoods": {"SHIELD": 2},
    }


def test_a_transaction_names_what_caused_it(ana: Player) -> None:
    balances.credit(ana.pk, {2: 10}, Source("By a script", "7", "SCORE", "Event"))
    buying.buy(ana.stage_id, ana.pk, "SHIELD", 2, 2, Source("BuyVirtualGoodsRequest", "8"))
    bought, given = transaction_documents(history.transactions(ana.pk))
    second, first = Transaction.objects.order_by("-id")
    assert given == {
        "transactionId": first.pk,
        "playerId": ana.pk,
        "when": format_date(first.created_ms),
        "reason": "By a script",
        "originalRequestId": "7",
        "script": "SCORE",
        "scriptType": "Event",
        "revoked": False,
        "items": [{"type": "currency2", "amount": 10, "newValue": 10}],
    }
    assert bought == {
        "transactionId": second.pk,
        "playerId": ana.pk,
        "when": format_date(second.created_ms),
        "reason": "BuyVirtualGoodsRequest",
        "originalRequestId": "8",
        "revoked": False,
        "items": [
            {"type": "currency2", "amount": -2, "newValue": 8},
            {"type": "SHIELD", "amount": 2, "newValue": 2},
        ],
    }


def test_transactions_are_found_by_their_time_and_by_what_they_changed(ana: Player, bo: Player) -> None:
    balances.credit(bo.pk, {1: 1}, Source("another's"))
    at = parse_date("2026-03-01T12:00Z")
    for minute, number in enumerate((1, 2, 1)):
        balances.credit(ana.pk, {number: 5, 6: 1}, Source(f"minute {minute}"))
        Transaction.objects.filter(reason=f"minute {minute}").update(created_ms=at + minute * 60_000 + 59_999)

    def reasons(*arguments: int | None, kind: str | None = None) -> list[str]:
        return [row.reason[-1] for row in history.transactions(ana.pk, *arguments, kind=kind)]

    assert reasons() == ["2", "1", "0"]
    assert reasons(at + 60_000) == ["2", "1"]
    assert reasons(None, at + 60_000) == ["1", "0"]
    assert reasons(at + 60_000, at + 60_000) == ["1"]
    assert (reasons(kind="currency1"), reasons(kind="currency6")) == (["2", "0"], ["2", "1", "0"])
    assert reasons(kind="currency") == []


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_of_transactions_takes_two_statements(
    count: int, ana: Player, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        balances.credit(ana.pk, {1: 1, 2: 1}, Source("x"))
    with django_assert_num_queries(2):
        assert len(transaction_documents(history.transactions(ana.pk))) == count


def test_an_account_takes_three_statements(
    ana: Player, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    balances.credit(ana.pk, {2: 9}, Source("x"))
    buying.buy(ana.stage_id, ana.pk, "SHIELD", 2, 2, Source("x"))
    with django_assert_num_queries(3):
        account_part(ana)


def test_a_good_is_not_called_like_a_balance() -> None:
    faults, goods = (
        Faults(),
        [{"shortCode": code} for code in ("currency1", "reservedCurrency6", "currency7")],
    )
    VirtualGoodsSection("virtualGoods", kept_shapes.virtual_goods).validate(goods, faults, {})
    assert faults.found == [
        'virtualGoods[0].shortCode: "currency1" is the name of a balance',
        'virtualGoods[1].shortCode: "reservedCurrency6" is the name of a balance',
    ]
