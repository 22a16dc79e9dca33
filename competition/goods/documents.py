"""How goods, and what players own of them, appear on the wire (types.json)."""

from collections.abc import Iterable
from typing import Any

from competition.goods import balances, inventory
from competition.goods.catalogue import VirtualGood
from competition.models import Transaction
from players.models import Player
from protocol.dates import format_date


def good_document(good: VirtualGood) -> dict[str, Any]:
    """Prices that there are. There is none of a segment's own, so the base price is the price."""
    document: dict[str, Any] = {
        "shortCode": good.code,
        "name": good.name,
        "description": good.description,
        "type": "CURRENCY" if good.pack else "VGOOD",
        "tags": ",".join(good.tags),
        "disabled": good.disabled,
    }
    if good.most:
        document["maxQuantity"] = good.most
    for number, price in good.prices.items():
        document[f"currency{number}Cost"] = document[f"baseCurrency{number}Cost"] = price
    return document


def transaction_document(row: Transaction) -> dict[str, Any]:
    """With its items read beforehand. Fields that are empty are left out."""
    document = {
        "transactionId": row.pk,
        "playerId": row.player_id,
        "when": format_date(row.created_ms),
        "reason": row.reason,
        "originalRequestId": row.request_id,
        "script": row.script,
        "scriptType": row.script_type,
    }
    items = [
        {"type": item.kind, "amount": item.amount, "newValue": item.value}
        for item in sorted(row.items.all(), key=lambda item: item.pk)
    ]
    return {key: value for key, value in document.items() if value} | {"revoked": False, "items": items}


def transaction_documents(rows: Iterable[Transaction]) -> list[dict[str, Any]]:
    return [transaction_document(row) for row in rows]


def account_part(player: Player) -> dict[str, Any]:
    """Three statements. Of what is reserved, how much for which purpose."""
    current = {f"currency{number}": amount for number, amount in balances.balances(player.pk).items()}
    held = {f"reservedCurrency{number}": each for number, each in balances.reserved(player.pk).items()}
    return {**current, **held, "virtualGoods": inventory.owned(player.pk)}
