"""What a post changed on a board, and where the entry stands by it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from competition.leaderboards import counts, places
from competition.leaderboards.types import BoardType
from competition.models import BoardEntry
from competition.owners import Owner
from players.models import Friendship


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
    for, after the entries were written; an entry that did not change has its old ones.
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

    @property
    def improved(self) -> bool:
        """A new high score (§3.3.1): its sorted fields are strictly better than before, or it is new."""
        return self.old is None or places.key_of(self.new.place) < places.key_of(self.old.place)

    @cached_property
    def standing(self) -> Standing:
        """Among all entries of the list."""
        old_place = self.new.place if self.old is None else self.old.place
        now, before = counts.ahead(self.instance_id, [self.new.place, old_place])
        if self.new.place < old_place:
            before -= 1  # the entry itself, which now stands before its old place
        count = counts.count(self.instance_id)
        return Standing(None if self.old is None else before + 1, now + 1, count)

    @cached_property
    def friends_places(self) -> tuple[tuple[int, str], ...]:
        """Ids and places of the entries of the player's friends, the best first; none for a team's entry."""
        if self.owner.player_id is None:
            return ()
        friends = Friendship.objects.filter(player=self.owner.player_id).values("friend")
        rows = BoardEntry.objects.filter(instance=self.instance_id, player__in=friends)
        return tuple(rows.order_by("place").values_list("pk", "place"))

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
