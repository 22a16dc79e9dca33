"""Goods bought with the game's currencies, and used up (requests.json, group Store)."""

from dataclasses import dataclass

from competition.goods import balances, inventory
from competition.goods.balances import InsufficientFunds
from competition.goods.booking import Source, booking
from competition.goods.catalogue import VirtualGood, goods
from competition.goods.currencies import NUMBERS
from protocol.errors import RequestError


@dataclass(frozen=True, slots=True)
class Purchase:
    good: VirtualGood
    quantity: int
    number: int
    price: int


def buy(stage_id: int, player_id: str, code: str, quantity: int, number: int, source: Source) -> Purchase:
    """For the good's price in the currency of that number.

    Raises RequestError with each of `currencyType: UNRECOGNISED` (also where the good has no such price),
    `quantity: INVALID`, `shortCode: UNKNOWN` or `DISABLED`, `virtualGood: CANNOT_BE_CURRENCY`; then
    `quantity: EXCEEDS_MAX_QUANTITY`, `currency<n>: INSUFFICIENT_FUNDS`.
    """
    good = goods(stage_id).get(code)
    faults = {**_fault_of(good), **_fault_of_price(good, number)}
    if quantity < 1:
        faults["quantity"] = "INVALID"
    if good is None or faults:
        raise RequestError(faults)
    purchase = Purchase(good, quantity, number, good.prices[number] * quantity)
    _settle(player_id, purchase, source)
    return purchase


def consume(player_id: str, code: str, quantity: int, source: Source) -> None:
    """Raises RequestError `quantity: INVALID`, `qty: INSUFFICIENT`."""
    if quantity < 1:
        raise RequestError({"quantity": "INVALID"})
    if not inventory.use(player_id, code, quantity, source):
        raise RequestError({"qty": "INSUFFICIENT"})


def _fault_of(good: VirtualGood | None) -> dict[str, str]:
    if good is None:
        return {"shortCode": "UNKNOWN"}
    if good.disabled:
        return {"shortCode": "DISABLED"}
    return {"virtualGood": "CANNOT_BE_CURRENCY"} if good.pack else {}


def _fault_of_price(good: VirtualGood | None, number: int) -> dict[str, str]:
    known = NUMBERS if good is None or good.pack else good.prices
    return {} if number in known else {"currencyType": "UNRECOGNISED"}


def _settle(player_id: str, purchase: Purchase, source: Source) -> None:
    good, faults = purchase.good, {}
    with booking(player_id, source, [good.code]) as account:
        if inventory.exceeds(account, good, purchase.quantity):
            faults["quantity"] = "EXCEEDS_MAX_QUANTITY"
        try:
            balances.take(account, {purchase.number: purchase.price})
        except InsufficientFunds as short:
            faults |= short.fields
        if faults:
            raise RequestError(faults)
        inventory.add(account, good, purchase.quantity)
