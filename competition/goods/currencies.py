"""A game's six currencies: the section `currencies` of its configuration."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from games.config_store import configs

NUMBERS = range(1, 7)
Amounts = Mapping[int, int]  # of currencies, by their numbers


@dataclass(frozen=True, slots=True)
class Currency:
    """`signup_bonus` is what a new player begins with. Balances are there without a configuration too."""

    number: int
    code: str
    name: str
    signup_bonus: int


def currencies(stage_id: int) -> Mapping[int, Currency]:
    """By number."""
    known: Mapping[int, Currency] = configs.current(stage_id).sections["currencies"]
    return known


def amounts(six: Sequence[int]) -> dict[int, int]:
    """A configuration's list of six, without its zeros."""
    return {number: amount for number, amount in zip(NUMBERS, six, strict=True) if amount}
