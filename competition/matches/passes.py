"""A pass: a pool is brought up to date, event after event in the order of time (competition-rules.md §8.2).

An event is that a party has come, that its threshold changed, that it lost a member: whichever it was, the
party searches all others until nobody fits, and only then it is asked whether it is complete. What was due
while nobody looked happens as it would have happened then.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from competition.matches.fitting import place_of
from competition.matches.outcomes import Found, NotFound, Outcome, Updated
from competition.matches.parties import Party, joined, newcomers, numbered, party, seniority, without
from competition.matches.searching import Waiting
from competition.matches.types import MatchType


@dataclass(frozen=True, slots=True)
class Waiter:
    """A party and when it is to be looked at; None: not by itself (an open match)."""

    party: Party
    due_ms: int | None


class Pass:
    """Of one pool. `done_ms`: up to when it was brought before; `due`: when each party of `left` is to be
    looked at next; `outcomes` in their order."""

    def __init__(self, type_: MatchType, done_ms: int, make_id: Callable[[], str]) -> None:
        self.outcomes: list[Outcome] = []
        self.due: dict[str, int] = {}
        self._type = type_
        self._now_ms = done_ms
        self._make_id = make_id
        self._waiting = Waiting(type_)
        self._coming: dict[str, Party] = {}
        self._heap: list[tuple[int, int, str]] = []

    @property
    def left(self) -> dict[str, Party]:
        """Who waits, and the open matches, by id."""
        return self._waiting.parties

    def run(self, waiters: Iterable[Waiter], until_ms: int) -> None:
        """The clock only goes forward: one who was seen late finds the others where they are by then."""
        for each in waiters:
            self._begin(each)
        heapify(self._heap)
        while self._heap and self._heap[0][0] <= until_ms:
            self._now_ms = max(self._now_ms, self._heap[0][0])
            for id in self._bring_due():
                if (one := self._waiting.parties.get(id)) is not None:
                    self._look(one)
        for one in self._coming.values():  # later than this pass's moment: the next one meets them
            self._waiting.put(one, 0)
        self._coming.clear()

    def _begin(self, each: Waiter) -> None:
        """Who has just come is met when its time comes, all others stand where they stood before theirs."""
        one, due_ms = each.party, each.due_ms
        if due_ms is not None:
            self.due[one.id] = due_ms
            self._heap.append((due_ms, *seniority(one)))
        if due_ms == one.clock_ms and not one.is_open:
            self._coming[one.id] = one
        else:
            before = max((due_ms or one.clock_ms) - 1, one.clock_ms)
            self._waiting.put(one, place_of(self._type, one, before))

    def _bring_due(self) -> list[str]:
        """Let time go on for all who are due by now, before any of them searches; their ids."""
        brought = []
        while self._heap and self._heap[0][0] <= self._now_ms:
            due_ms, _, id = heappop(self._heap)
            if self.due.get(id) != due_ms:  # it has changed since
                continue
            one = self._coming.pop(id, None) or self._waiting.take(id)
            del self.due[id]
            if one is not None and (rest := self._without_ended(one)) is not None:
                self._put(rest)
                brought.append(id)
        return brought

    def _without_ended(self, one: Party) -> Party | None:
        """Drop those whose last periods have ended (§8.2.6)."""
        end_ms = self._type.thresholds[-1].until_ms
        ended = tuple(each for each in one.members if self._now_ms - each.since_ms >= end_ms)
        if one.is_open or not ended:
            return one
        self.outcomes.append(NotFound(ended, one.match_data))
        removed = tuple(member.player_id for member in ended)
        rest = without(one, removed)
        if rest is not None:
            self.outcomes.append(Updated(rest, removed=removed))
        return rest

    def _put(self, one: Party) -> None:
        self._waiting.put(one, place_of(self._type, one, self._now_ms))
        if not one.is_open:
            due_ms = one.clock_ms + self._type.next_change(self._now_ms - one.clock_ms)
            self.due[one.id] = due_ms
            heappush(self._heap, (due_ms, *seniority(one)))

    def _take(self, one: Party) -> None:
        self._waiting.take(one.id)
        self.due.pop(one.id, None)

    def _look(self, one: Party) -> None:
        """Search until nobody fits, and only then see whether it is complete (§8.2.4, M6)."""
        joins: list[Outcome] = []
        while (other := self._best(one)) is not None:
            if other.is_open:
                self._take_in(other, one)
                return
            if one.is_open:
                one = self._take_in(one, other)
                continue
            joins.append(self._join(one, other))
            one = self._waiting.parties[other.id]
        if not one.is_open and is_complete(self._type, one, self._now_ms):
            self._take(one)
            self._found(one)
        else:
            self.outcomes += joins

    def _best(self, one: Party) -> Party | None:
        """In a manual match nobody is found by himself (§8.4)."""
        if self._type.manual:
            return None
        return self._waiting.best(one, place_of(self._type, one, self._now_ms), self._now_ms)

    def _join(self, one: Party, other: Party) -> Updated:
        """[undecided → the id of the other side is kept.]"""
        self._take(one)
        self._take(other)
        joint = joined(other, one)
        self._put(joint)
        return Updated(joint, added=tuple(member.player_id for member in newcomers(one, other)))

    def _found(self, one: Party) -> None:
        match = new_match(self._type, one, self._make_id(), self._now_ms)
        self.outcomes.append(Found(match, match.members))
        if match.is_open:
            self._put(match)

    def _take_in(self, match: Party, one: Party) -> Party:
        """An open match takes in all of a pending one (§8.3)."""
        self._take(match)
        self._take(one)
        coming = numbered(one.members, match.members)
        grown = party(match.id, (*match.members, *coming), match.match_data, True, match.closes_ms)
        added = tuple(member.player_id for member in coming)
        self.outcomes += [Found(grown, coming), Updated(grown, added=added)]
        self._put(grown)
        return grown


def is_complete(type_: MatchType, one: Party, now_ms: int) -> bool:
    """§8.2.5."""
    if one.size >= type_.most:
        return True
    accepting = type_.accept_from is not None and place_of(type_, one, now_ms) >= type_.accept_from
    return accepting and one.size >= type_.least


def new_match(type_: MatchType, one: Party, match_id: str, now_ms: int) -> Party:
    """The match that a complete party makes, with peer ids in its members' order."""
    closes_ms = now_ms + type_.expire_ms if type_.expire_ms else 0
    return party(match_id, numbered(one.members), one.match_data, type_.drop_in, closes_ms)
