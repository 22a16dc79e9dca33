"""The one way in for what players do (§1.7)."""

from dataclasses import dataclass
from typing import Any

from competition.events import post_records, totals
from competition.events.posts import Posting, TotalChange


@dataclass(frozen=True, slots=True)
class Posted:
    """What came of a post; `record_id` is where it can be looked up (`PostRecord`)."""

    totals: tuple[TotalChange, ...]
    entries: tuple[Any, ...]
    earned: tuple[Any, ...]
    record_id: str


def post(posting: Posting) -> Posted:
    """In the caller's transaction: running totals, leaderboards, achievements, messages, in that order."""
    changes = totals.apply(posting)
    entries: tuple[Any, ...] = ()  # leaderboards
    earned: tuple[Any, ...] = ()  # achievements, which tell of themselves; then the leaderboards' messages
    record_id = post_records.write(posting, changes)
    return Posted(changes, entries, earned, record_id)
