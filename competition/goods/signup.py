"""What a new player begins with."""

from competition.goods import balances
from competition.goods.booking import Source
from competition.goods.currencies import currencies
from players.models import Player

REASON = "Signup bonus"


def give_signup_bonus(player: Player) -> None:
    known = currencies(player.stage_id).values()
    if bonus := {currency.number: currency.signup_bonus for currency in known if currency.signup_bonus}:
        balances.credit(player.pk, bonus, Source(REASON))
