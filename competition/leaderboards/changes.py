"""What a post changed on a board, and where the entry stands by it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import msgspec
from django.db import connection

from competition.leaderboards import counts, places
from competition.leaderboards.types import BoardType
from competition.models import BoardEntry
from competition.owners import Owner
from realtime.sql import by_vendor, look_up

_PASSED = "FILTER (WHERE place > %s AND place < %s)"
# Of friends' entries: how many there are, how many stand before two places, and which between two others.
_FRIENDS = f"""
SELECT count(*), count(CASE WHEN place < %s THEN 1 END), count(CASE WHEN place < %s THEN 1 END), {
    by_vendor(
        sqlite=f"json_group_array(json_array(place, id)) {_PASSED}",
        postgresql=f"coalesce(json_agg(json_build_array(place, id)) {_PASSED}, '[]'::json)::text",
    )
}
FROM (SELECT e.place, e.id FROM (SELECT DISTINCT friend_id FROM players_friendship WHERE player_id = %s) f
 {look_up("competition_boardentry", "e", "e.instance_id = %s AND e.player_id = f.friend_id")}) friends
"""
_BEHIND_ALL = "~"  # where a player without an entry stands


@dataclass(frozen=True, slots=True)
class EntryState:
    """An entry as it is, or was. `values` by wire name."""

    entry_id: int
    values: Mapping[str, Any]
    place: str
    when_ms: int


def state_of(entry: BoardEntry) -> EntryState:
    return EntryState(entry.pk, entry.values, entry.place, entry.when_ms)


@dataclass(frozen=True, slots=True)
class Standing:
    """Ranks from 1 among `count` entries. `before` None: there was no entry."""

    before: int | None
    now: int
    count: int

    @property
    def now_percent(self) -> int:
        return percent(self.now, self.count)

    @property
    def before_percent(self) -> int | None:
        return None if self.before is None else percent(self.before, self.count)


def percent(rank: int, count: int) -> int:
    """The rank as a percentage of all entries, rounded down (§3.2.2): 6 of 6 is 100, 1 of 6 is 16."""
    return 100 * rank // count


@dataclass(frozen=True)
class EntryChange:
    """One entry that a post reached, whether it changed or not (§4.3).

    `player_id` is who posted, also where the entry is a team's. Ranks are looked up when they are first asked
    for, after the entries were written; an entry that did not change has its old ones. `entry` is the row,
    with its player where it was written.
    """

    stage_id: int
    board: BoardType
    board_code: str
    instance_id: int
    scope: str
    owner: Owner
    player_id: str
    old: EntryState | None
    new: EntryState
    entry: BoardEntry = field(compare=False, repr=False)

    @property
    def improved(self) -> bool:
        """A new high score (§3.3.1): its sorted fields are strictly better than before, or it is new."""
        return self.old is None or places.key_of(self.new.place) < places.key_of(self.old.place)

    @cached_property
    def standing(self) -> Standing:
        """Among all entries of the list."""
        asked = [self.new.place, *([self.old.place] if self.old else [])]
        count, (now, *before) = counts.count_ahead(self.instance_id, asked)
        if self.old is None:
            return Standing(None, now + 1, count)
        itself = self.new.place < self.old.place  # it now stands before its old place
        return Standing(before[0] - itself + 1, now + 1, count)

    @property
    def social(self) -> Standing | None:
        """Among the entries of the player and the friends (§3.2.3); None without a friend's entry."""
        return self._friends[0]

    @property
    def passed_friends(self) -> tuple[int, ...]:
        """Ids of friends' entries that were ahead and are behind now, the best first. Without an old entry
        all of them were."""
        return self._friends[1]

    @cached_property
    def _friends(self) -> tuple[Standing | None, tuple[int, ...]]:
        """Counted by the database, since there may be a thousand; nobody's for a team's entry."""
        if self.owner.player_id is None:
            return None, ()
        now, before = self.new.place, self.old.place if self.old else _BEHIND_ALL
        with connection.cursor() as cursor:
            cursor.execute(_FRIENDS, [now, before, now, before, self.owner.player_id, self.instance_id])
            count, ahead_now, ahead_before, passed = cursor.fetchone()
        if not count:
            return None, ()
        standing = Standing(ahead_before + 1 if self.old else None, ahead_now + 1, count + 1)
        return standing, tuple(pk for _, pk in sorted(msgspec.json.decode(passed)))
