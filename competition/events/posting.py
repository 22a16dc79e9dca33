"""The one way in for what players do (§1.7)."""

from dataclasses import dataclass
from typing import Any

from competition.events import post_records, totals
from competition.events.posts import Posting, TotalChange
from competition.leaderboards import announcing, feeding
from competition.leaderboards.changes import EntryChange


@dataclass(frozen=True, slots=True)
class Posted:
    """What came of a post; `record_id` is where it can be looked up (`PostRecord`)."""

    totals: tuple[TotalChange, ...]
    entries: tuple[EntryChange, ...]
    earned: tuple[Any, ...]
    record_id: str


def post(posting: Posting) -> Posted:
    """In the caller's transaction: running totals, leaderboards, achievements, messages, in that order."""
    changes = totals.apply(posting)
    entries = feeding.feed(posting, changes)
    earned: tuple[Any, ...] = ()  # achievements, which tell of themselves
    told = announcing.announce(posting, entries, earned)
    record_id = post_records.write(posting, changes, told)
    return Posted(changes, entries, earned, record_id)
