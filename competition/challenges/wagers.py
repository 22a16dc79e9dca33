"""What players put at stake (competition-rules.md §5.8.6)."""

from collections.abc import Iterable, Mapping

from competition.challenges.holding import Held
from competition.models import ChallengePlayer
from protocol.schemas.multiplayer import CreateChallengeRequest

NUMBERS = range(1, 7)  # of the currencies
MOST = 0  # nobody can pay yet


def asked(data: CreateChallengeRequest) -> Mapping[int, int]:
    """By the currency's number, as the request has it."""
    given = {number: getattr(data, f"currency{number}_wager") for number in NUMBERS}
    return {number: amount for number, amount in given.items() if amount is not None}


def stake(held: Held, player_id: str) -> None:
    """Set aside what each player pays."""


def give_back(held: Held, players: Iterable[ChallengePlayer]) -> None:
    """Nobody won."""


def settle(held: Held, winner: str) -> Mapping[int, int]:
    """What the winner gets by currency; without one everybody has their stake back."""
    return {}
