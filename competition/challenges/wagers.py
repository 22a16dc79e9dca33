"""What players put at stake (competition-rules.md §5.8.6): set aside while the challenge is open, then the
winner's, or their own again. The challenge is held, and with it what its players own."""

from collections import Counter
from collections.abc import Iterable, Mapping

from competition.challenges.holding import Held
from competition.goods import balances
from competition.goods.booking import LARGEST
from competition.goods.currencies import NUMBERS
from competition.models import ChallengePlayer
from protocol.schemas.multiplayer import CreateChallengeRequest

MOST = LARGEST
STAKED, RETURNED, LOST, WON = (f"challenge wager {what}" for what in ("staked", "returned", "lost", "won"))


def asked(data: CreateChallengeRequest) -> Mapping[int, int]:
    """By the currency's number, as the request has it."""
    given = {number: getattr(data, f"currency{number}_wager") for number in NUMBERS}
    return {number: int(amount) for number, amount in given.items() if amount is not None}


def stake(held: Held, player_id: str) -> None:
    """Set aside what each player pays. Raises RequestError `currencyN: INSUFFICIENT_FUNDS`."""
    if amounts := {int(number): amount for number, amount in held.row.wager.items()}:
        balances.reserve(player_id, amounts, held.row.pk, held.act.source(STAKED))


def give_back(held: Held, players: Iterable[ChallengePlayer]) -> None:
    """Nobody won, or these are out of it."""
    if held.row.wager:
        for each in players:
            balances.release(each.player_id, held.row.pk, held.act.source(RETURNED))


def settle(held: Held, winner: str) -> Mapping[int, int]:
    """What the winner gets, the own stake included; without one everybody has theirs back."""
    pot: Counter[int] = Counter()
    if not held.row.wager:
        return pot
    if not winner:
        give_back(held, held.accepted)
        return pot
    for each in held.accepted:
        pot.update(balances.spend_reserved(each.player_id, held.row.pk, held.act.source(LOST)))
    balances.credit(winner, pot, held.act.source(WON))
    return pot
