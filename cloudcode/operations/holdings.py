"""What players own: currencies, virtual goods, achievements. Every change takes effect at once."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import transaction

from cloudcode.operations.registry import Arguments, operation
from cloudcode.sandbox.running import Refused
from competition.achievements import awarding, holding
from competition.goods import balances, inventory
from competition.goods.booking import Source
from competition.goods.catalogue import goods
from competition.goods.currencies import currencies
from players.models import Player
from realtime import database

if TYPE_CHECKING:
    from cloudcode.host import ScriptHost

T = TypeVar("T")
LARGEST = 2**53


class OfPlayer(Arguments, frozen=True):
    player_id: str


class Money(Arguments, frozen=True):
    """`currency` is a number from 1 to 6, or a short code."""

    player_id: str
    currency: int | str
    amount: float
    reason: str | None


class Good(Arguments, frozen=True):
    player_id: str
    code: str
    quantity: float
    reason: str | None


class Achievement(Arguments, frozen=True):
    player_id: str
    code: str


@operation("holdings.load", OfPlayer)
async def load(host: "ScriptHost", asked: OfPlayer) -> dict[str, Any]:
    """`balances` by number, `codes` of the currencies by number."""

    def read() -> dict[str, Any]:
        names = {currency.code: number for number, currency in currencies(host.stage_id).items()}
        return {
            "balances": {
                str(number): amount for number, amount in balances.balances(asked.player_id).items()
            },
            "codes": names,
            "goods": inventory.owned(asked.player_id),
            "achievements": holding.codes_of(asked.player_id),
        }

    return await _of_player(host, asked.player_id, read)


@operation("holdings.credit", Money)
async def credit(host: "ScriptHost", asked: Money) -> None:
    amounts = _amounts(host, asked)
    await _of_player(
        host, asked.player_id, lambda: balances.credit(asked.player_id, amounts, _source(host, asked.reason))
    )


@operation("holdings.debit", Money)
async def debit(host: "ScriptHost", asked: Money) -> bool:
    """False, and nothing is changed, if there is too little."""
    amounts = _amounts(host, asked)

    def take() -> bool:
        try:
            with transaction.atomic():
                balances.debit(asked.player_id, amounts, _source(host, asked.reason))
        except balances.InsufficientFunds:
            return False
        return True

    return await _of_player(host, asked.player_id, take)


@operation("holdings.addGood", Good)
async def add_good(host: "ScriptHost", asked: Good) -> bool:
    """False for a good that the game lacks, or for more than there may be."""
    quantity, source = _whole(asked.quantity), _source(host, asked.reason)
    good = goods(host.stage_id).get(asked.code)
    if good is None:
        return False
    return await _of_player(
        host, asked.player_id, lambda: inventory.grant(asked.player_id, good, quantity, source)
    )


@operation("holdings.useGood", Good)
async def use_good(host: "ScriptHost", asked: Good) -> bool:
    quantity, source = _whole(asked.quantity), _source(host, asked.reason)
    return await _of_player(
        host, asked.player_id, lambda: inventory.use(asked.player_id, asked.code, quantity, source)
    )


@operation("holdings.award", Achievement)
async def award(host: "ScriptHost", asked: Achievement) -> bool:
    """Whether it is new, or repeatable; the player is told by a message, in the run's order."""
    origin = {"script": host.script.name, "player": host.player_id}
    return await _of_player(
        host,
        asked.player_id,
        lambda: awarding.award(host.stage_id, asked.player_id, asked.code, host.caller.run, origin),
    )


@operation("holdings.takeAway", Achievement)
async def take_away(host: "ScriptHost", asked: Achievement) -> bool:
    return await _of_player(host, asked.player_id, lambda: awarding.take_away(asked.player_id, asked.code))


async def _of_player(host: "ScriptHost", player_id: str, act: Callable[[], T]) -> T:
    """In a transaction, for a player of the stage alone."""

    def run() -> T:
        with transaction.atomic():
            if not Player.objects.filter(stage_id=host.stage_id, pk=player_id).exists():
                raise Refused("the player is gone")
            return act()

    return await database.run(run)


def _amounts(host: "ScriptHost", asked: Money) -> dict[int, int]:
    number = asked.currency
    if isinstance(number, str):
        named = {currency.code: each for each, currency in currencies(host.stage_id).items()}
        if number not in named:
            raise Refused(f"no currency {number}")
        number = named[number]
    elif not 1 <= number <= 6:
        raise Refused(f"no currency {number}")
    return {number: _whole(asked.amount)}


def _whole(amount: float) -> int:
    if not 0 <= amount <= LARGEST or amount != int(amount):
        raise Refused("the amount must be a whole number, and not negative")
    return int(amount)


def _source(host: "ScriptHost", reason: str | None) -> Source:
    folder, _, _ = host.script.name.partition("/")
    return Source(reason or "", script=host.script.name, script_type=folder)
