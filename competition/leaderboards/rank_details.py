"""`rankDetails`: what a new high score changed of ranks (§3.2.4)."""

from collections.abc import Mapping
from typing import Any

from competition.leaderboards.changes import EntryChange, Standing
from competition.leaderboards.documents import entry_document
from competition.models import BoardEntry

MOST_LISTED = 100  # entries of `friendsPassed` and of `topNPassed`, the best ones


def passed_of_top(change: EntryChange) -> list[BoardEntry]:
    """Entries that were within the board's Top N, and were overtaken. The best first."""
    standing, top = change.standing, change.board.top_n
    if standing.now > top:
        return []
    # Each of them has moved down by one: to N + 1 at most, and no further than to the old rank.
    last = top + 1 if standing.before is None else min(standing.before, top + 1)
    number = min(last - standing.now, MOST_LISTED)
    behind = BoardEntry.objects.filter(instance=change.instance_id, place__gt=change.new.place)
    return list(behind.select_related("player", "team").order_by("place")[:number]) if number else []


def knocked_out(change: EntryChange) -> BoardEntry | None:
    """The entry that was within the Top N and is behind it now (§3.3.4): at most one, at N + 1."""
    standing, top = change.standing, change.board.top_n
    came_in = standing.now <= top and (standing.before is None or standing.before > top)
    if not came_in or standing.count <= top:
        return None
    behind = BoardEntry.objects.filter(instance=change.instance_id, place__gt=change.new.place)
    at = top - standing.now
    found: BoardEntry | None = behind.select_related("player", "team").order_by("place")[at : at + 1].first()
    return found


def rank_details(
    change: EntryChange, friends_passed: Mapping[int, BoardEntry], top_passed: list[BoardEntry]
) -> dict[str, Any]:
    """`friends_passed` by their ids, as far as they are to be listed."""
    details = _ranks("global", change.standing)
    if change.social is not None:
        details |= _ranks("social", change.social)
    for name, passed in (("friendsPassed", list(friends_passed.values())), ("topNPassed", top_passed)):
        if passed:
            details[name] = [entry_document(entry) for entry in passed[:MOST_LISTED]]
    return details


def _ranks(whose: str, standing: Standing) -> dict[str, Any]:
    ranks = {
        "Count": standing.count,
        "From": standing.before,
        "FromPercent": standing.before_percent,
        "To": standing.now,
        "ToPercent": standing.now_percent,
    }
    return {f"{whose}{name}": value for name, value in ranks.items() if value is not None}
