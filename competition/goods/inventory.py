"""The virtual goods that players have.

Every function runs in its caller's transaction, locks the player's wallet and leaves a row of the player's
transactions.
"""

from competition.goods import balances
from competition.goods.booking import Booking, Source, booking
from competition.goods.catalogue import VirtualGood
from competition.models import OwnedGood


def grant(player_id: str, good: VirtualGood, quantity: int, source: Source) -> bool:
    """Without a price. False, and nothing, if the player would then have more than there may be of it."""
    with booking(player_id, source, [good.code]) as account:
        return add(account, good, quantity)


def use(player_id: str, code: str, quantity: int, source: Source) -> bool:
    """All or nothing: False if the player has fewer. Also of a good that is not configured any more."""
    with booking(player_id, source, [code]) as account:
        if account.goods[code] < quantity:
            return False
        account.change_good(code, -quantity)
        return True


def add(account: Booking, good: VirtualGood, quantity: int) -> bool:
    """A pack becomes its currencies. The booking was opened with the good's code."""
    if good.pack:
        balances.add(account, {number: amount * quantity for number, amount in good.awards.items()})
        return True
    if exceeds(account, good, quantity):
        return False
    account.change_good(good.code, quantity)
    return True


def exceeds(account: Booking, good: VirtualGood, quantity: int) -> bool:
    return good.most > 0 and account.goods[good.code] + quantity > good.most


def owned(player_id: str) -> dict[str, int]:
    """Quantities by short code."""
    rows = OwnedGood.objects.filter(player=player_id).order_by("code")
    return dict(rows.values_list("code", "quantity"))
