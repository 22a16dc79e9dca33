"""Virtual goods over real sockets: listed, bought and used up, and the transactions that they leave."""

import re
from typing import Any

from tests.wire.conftest import Player
from tests.wire.driven import DrivenServer
from tests.wire_client import WireClient

DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\dZ")
SHIELD = {
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


def enrich(server: DrivenServer, client: WireClient, **currencies: int) -> None:
    """Balances that the player just has."""
    columns = {f"currency{number}": 0 for number in range(1, 7)} | currencies
    names, marks = ", ".join(columns), ", ".join("?" * (len(columns) + 1))
    sql = f"INSERT INTO competition_wallet (player_id, {names}) VALUES ({marks})"
    server.execute(sql, client.user_id, *columns.values())


async def buy(client: WireClient, code: str, quantity: Any = 1, currency: Any = 2) -> dict[str, Any]:
    return await client.request(
        "BuyVirtualGoodsRequest", shortCode=code, quantity=quantity, currencyType=currency
    )


async def test_goods_are_bought_used_up_and_accounted_for(server: DrivenServer, player: Player) -> None:
    anna, bob = await player("Anna"), await player("Bob")
    enrich(server, anna, currency1=35, currency2=7)
    bought = await buy(anna, "SHIELD", 3, 1)
    assert bought == {
        "@class": ".BuyVirtualGoodsResponse",
        "requestId": bought["requestId"],
        "boughtItems": [{"shortCode": "SHIELD", "quantity": 3}],
        "currencyConsumed": 30,
        "currencyType": 1,
    }
    used = await anna.request("ConsumeVirtualGoodRequest", shortCode="SHIELD", quantity=1)
    assert set(used) == {"@class", "requestId"}
    account = await anna.request("AccountDetailsRequest")
    assert (account["currency1"], account["currency2"], account["virtualGoods"]) == (5, 7, {"SHIELD": 2})
    listed = await anna.request("ListTransactionsRequest")
    consumed, purchase = listed["transactionList"]
    assert DATE.fullmatch(purchase.pop("when"))
    assert len(purchase.pop("transactionId")) == 24
    assert purchase == {
        "playerId": anna.user_id,
        "reason": "BuyVirtualGoodsRequest",
        "originalRequestId": bought["requestId"],
        "revoked": False,
        "items": [
            {"type": "currency1", "amount": -30, "newValue": 5},
            {"type": "SHIELD", "amount": 3, "newValue": 3},
        ],
    }
    assert consumed["items"] == [{"type": "SHIELD", "amount": -1, "newValue": 2}]
    assert (await bob.request("ListTransactionsRequest"))["transactionList"] == []
    assert (await bob.request("AccountDetailsRequest"))["virtualGoods"] == {}


async def test_what_cannot_be_bought_or_used_up_says_why(server: DrivenServer, player: Player) -> None:
    anna = await player("Anna")
    enrich(server, anna, currency2=5)
    for arguments, fault in (
        (("NONE",), {"shortCode": "UNKNOWN"}),
        (("PACK",), {"shortCode": "DISABLED"}),
        (("SHIELD", 1, 7), {"currencyType": "UNRECOGNISED"}),
        (("SHIELD", 6, 2), {"currency2": "INSUFFICIENT_FUNDS"}),
        (("CROWN", 2, 2), {"quantity": "EXCEEDS_MAX_QUANTITY", "currency2": "INSUFFICIENT_FUNDS"}),
        (("SHIELD", 1.5, 2), {"quantity": "INVALID"}),
    ):
        assert (await buy(anna, *arguments))["error"] == fault
    answer = await anna.request("BuyVirtualGoodsRequest")
    assert answer["error"] == dict.fromkeys(("currencyType", "quantity", "shortCode"), "REQUIRED")
    answer = await anna.request("ConsumeVirtualGoodRequest", shortCode="SHIELD", quantity=1)
    assert answer["error"] == {"qty": "INSUFFICIENT"}
    assert (await anna.request("ListTransactionsRequest"))["transactionList"] == []


async def test_goods_are_listed_by_their_tags(player: Player) -> None:
    anna = await player("Anna")

    async def listed(**fields: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await anna.request("ListVirtualGoodsRequest", **fields))[
            "virtualGoods"
        ]
        return found

    assert (await listed())[1] == SHIELD
    assert [good["shortCode"] for good in await listed()] == ["CROWN", "SHIELD"]
    assert [good["shortCode"] for good in await listed(includeDisabled=True)] == ["CROWN", "PACK", "SHIELD"]
    assert [good["shortCode"] for good in await listed(tags=["armour", "wood"])] == ["SHIELD"]
    assert [good["maxQuantity"] for good in await listed(tags="armour") if "maxQuantity" in good] == [1]
    assert await listed(tags="none") == []


async def test_a_purchase_sent_again_as_a_durable_request_is_made_once(
    server: DrivenServer, player: Player
) -> None:
    anna = await player("Anna")
    enrich(server, anna, currency2=7)
    request_id = anna.durable_id()
    for _ in range(2):
        await anna.post(
            "BuyVirtualGoodsRequest", request_id=request_id, shortCode="SHIELD", quantity=1, currencyType=2
        )
        assert "error" not in await anna.answer(request_id)
    assert (await anna.request("AccountDetailsRequest"))["currency2"] == 6


async def test_transactions_are_listed_by_page_time_and_type(server: DrivenServer, player: Player) -> None:
    anna = await player("Anna")
    enrich(server, anna, currency1=100, currency2=100)
    for currency in (1, 2, 1):
        await buy(anna, "SHIELD", 1, currency)

    async def amounts(**fields: Any) -> list[int]:
        listed = (await anna.request("ListTransactionsRequest", **fields))["transactionList"]
        return [row["items"][0]["amount"] for row in listed]

    assert await amounts() == [-10, -1, -10]
    assert await amounts(entryCount=1, offset=1) == [-1]
    assert await amounts(include="currency1") == [-10, -10]
    assert await amounts(dateFrom="2020-01-01T00:00Z") == [-10, -1, -10]
    assert await amounts(dateTo="2020-01-01T00:00Z") == []
    answer = await anna.request("ListTransactionsRequest", dateFrom="yesterday")
    assert answer["error"] == {"dateFrom": "INVALID"}
