"""Virtual goods: listed, bought and used up, and what became of the player's balances."""

from typing import Any

from competition import property_sets
from competition.goods import buying, history
from competition.goods.booking import Source
from competition.goods.catalogue import goods
from competition.goods.documents import good_document, transaction_documents
from competition.requests.pages import page
from protocol.registry import request
from protocol.request import Request
from protocol.schemas.player import ListTransactionsRequest
from protocol.schemas.store import BuyVirtualGoodsRequest, ConsumeVirtualGoodRequest, ListVirtualGoodsRequest


@request("ListVirtualGoodsRequest", ListVirtualGoodsRequest, durable=False)
async def list_virtual_goods(request: Request) -> dict[str, Any]:
    """By short code. With tags, those that bear every one."""
    data, wanted, stage_id = request.data, set(request.data.tags or ()), request.session.stage_id
    return {
        "virtualGoods": [
            good_document(good) | property_sets.shown(stage_id, good.property_set)
            for good in goods(stage_id).values()
            if (data.include_disabled or not good.disabled) and wanted <= set(good.tags)
        ]
    }


@request("BuyVirtualGoodsRequest", BuyVirtualGoodsRequest)
def buy_virtual_goods(request: Request) -> dict[str, Any]:
    data, player_id = request.data, request.player_id or ""
    stage_id, quantity, number = request.session.stage_id, int(data.quantity), int(data.currency_type)
    bought = buying.buy(stage_id, player_id, data.short_code, quantity, number, _source(request))
    return {
        "boughtItems": [{"shortCode": bought.good.code, "quantity": bought.quantity}],
        "currencyConsumed": bought.price,
        "currencyType": bought.number,
    }


@request("ConsumeVirtualGoodRequest", ConsumeVirtualGoodRequest)
def consume_virtual_good(request: Request) -> None:
    data = request.data
    buying.consume(request.player_id or "", data.short_code, int(data.quantity), _source(request))


@request("ListTransactionsRequest", ListTransactionsRequest, durable=False)
def list_transactions(request: Request) -> dict[str, Any]:
    data = request.data
    found = history.transactions(request.player_id or "", data.date_from, data.date_to, data.include)
    return {"transactionList": transaction_documents(page(found, data.entry_count, data.offset))}


def _source(request: Request) -> Source:
    return Source(request.name, request.request_id or "")
