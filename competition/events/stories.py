"""What is kept of a post beside its results, for whoever asks why it sent nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Told:
    """An entry that a post reached: its values before (None for a new one) and after by wire name.

    `board` is the full code. `owner` is the player's id, or the team's. `sent` are messages' classes; without
    one, `why` is the reason, a sentence.
    """

    board: str
    owner: str
    old: Mapping[str, Any] | None
    new: Mapping[str, Any]
    sent: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """An achievement of a leaderboard that a post reached; without an award, `why` is the reason."""

    achievement: str
    earned: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A leaderboard that stands on what a post counted in, and that the post did not reach."""

    board: str
    why: str


@dataclass(frozen=True, slots=True)
class Story:
    """`values` is the posted values' JSON, cut where it is long; `totals` are short codes."""

    values: str
    totals: tuple[str, ...] = ()
    boards: tuple[Told, ...] = ()
    passed_over: tuple[PassedOver, ...] = ()
    achievements: tuple[Tried, ...] = ()
