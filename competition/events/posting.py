"""The one way in for what players do (§1.7)."""

from dataclasses import dataclass

from competition.achievements import triggers
from competition.achievements.earned import Earned
from competition.events import post_records, totals
from competition.events.posts import Posting, TotalChange
from competition.leaderboards import announcing, feeding
from competition.leaderboards.changes import EntryChange


@dataclass(frozen=True, slots=True)
class Posted:
    """What came of a post; `record_id` is where it can be looked up (`PostRecord`)."""

    totals: tuple[TotalChange, ...]
    entries: tuple[EntryChange, ...]
    earned: tuple[Earned, ...]
    record_id: str


def post(posting: Posting) -> Posted:
    """In the caller's transaction: running totals, leaderboards, achievements, messages, in that order."""
    changes = totals.apply(posting)
    entries = feeding.feed(posting, changes)
    evaluated = triggers.evaluate(posting, entries)
    told = announcing.announce(posting, entries, evaluated.earned)
    record_id = post_records.write(posting, changes, told, evaluated.tried)
    return Posted(changes, entries, evaluated.earned, record_id)
