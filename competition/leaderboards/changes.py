"""What a post changed on a board, and where the entry stands by it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db import connection

from competition.leaderboards import counts, places
from competition.leaderboards.types import BoardType
from competition.models import BoardEntry
from competition.owners import Owner
from realtime.sql import look_up

_FRIENDS = f"""
SELECT e.id, e.place FROM (SELECT DISTINCT friend_id FROM players_friendship WHERE player_id = %s) f
{look_up("competition_boardentry", "e", "e.instance_id = %s AND e.player_id = f.friend_id")}
"""


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

    @cached_property
    def friends_places(self) -> tuple[tuple[int, str], ...]:
        """Ids and places of the entries of the player's friends, the best first; none for a team's entry."""
        if self.owner.player_id is None:
            return ()
        with connection.cursor() as cursor:
            cursor.execute(_FRIENDS, [self.owner.player_id, self.instance_id])
            return tuple(sorted(cursor.fetchall(), key=lambda row: str(row[1])))

    @cached_property
    def social(self) -> Standing | None:
        """Among the entries of the player and the friends (§3.2.3); None without a friend's entry."""
        if not self.friends_places:
            return None
        standing = [place for _, place in self.friends_places]
        before = None if self.old is None else _ahead(standing, self.old.place) + 1
        return Standing(before, _ahead(standing, self.new.place) + 1, len(standing) + 1)

    @cached_property
    def passed_friends(self) -> tuple[int, ...]:
        """Ids of friends' entries that were ahead and are behind now; without an old entry all were ahead."""
        return tuple(
            pk
            for pk, place in self.friends_places
            if self.new.place < place and (self.old is None or place < self.old.place)
        )


def _ahead(standing: list[str], place: str) -> int:
    return sum(1 for other in standing if other < place)
