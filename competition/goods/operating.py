"""What an operator may do to a player's balances and goods, with a line in the audit log."""

from django.core.exceptions import ValidationError
from django.db import transaction

from competition.goods import balances, inventory
from competition.goods.balances import InsufficientFunds
from competition.goods.booking import LARGEST, Source
from competition.goods.catalogue import goods
from games.audit import record
from games.models import User
from players.models import Player


def change_balance(player: Player, number: int, amount: int, reason: str, actor: User | None) -> None:
    """Credit what is above 0, debit what is below. The player can read `reason`. Raises ValidationError."""
    _check_amount(amount)
    change = balances.credit if amount > 0 else balances.debit
    with transaction.atomic():
        try:
            change(player.pk, {number: abs(amount)}, Source(reason))
        except InsufficientFunds:
            has = balances.balances(player.pk)[number]
            raise ValidationError(f"The player has {has} of it.") from None
        detail = {"number": number, "amount": amount, "reason": reason}
        record(actor, "balance.changed", player.pk, player.stage.game, **detail)


def change_good(player: Player, code: str, quantity: int, reason: str, actor: User | None) -> None:
    """Grant what is above 0, take what is below. The player can read `reason`. Raises ValidationError."""
    _check_amount(quantity)
    with transaction.atomic():
        if quantity > 0:
            _grant(player, code, quantity, Source(reason))
        elif not inventory.use(player.pk, code, -quantity, Source(reason)):
            raise ValidationError(f"The player has {inventory.owned(player.pk).get(code, 0)} of it.")
        detail = {"good": code, "quantity": quantity, "reason": reason}
        record(actor, "good.changed", player.pk, player.stage.game, **detail)


def _grant(player: Player, code: str, quantity: int, source: Source) -> None:
    good = goods(player.stage_id).get(code)
    if good is None:
        raise ValidationError("The game has no such good.")
    if not inventory.grant(player.pk, good, quantity, source):
        raise ValidationError(f"A player may have {good.most} of it.")


def _check_amount(amount: int) -> None:
    if amount == 0 or abs(amount) > LARGEST:
        raise ValidationError("How many? Below 0 takes away.")
