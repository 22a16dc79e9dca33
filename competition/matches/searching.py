"""Finds who fits best among thousands (competition-rules.md §8.2.4, §8.2.10).

Parties are kept by the threshold in force and by size, each lot sorted by skill. For one who searches, a
lot is then a stretch of skills in which everybody accepts and is accepted: it is walked from the searcher's
own skill outward, and mostly the first one met is the one.
"""

from bisect import bisect_left, insort
from collections.abc import Iterator
from heapq import merge
from itertools import islice
from math import inf, nextafter
from typing import Any

from competition.matches.fitting import distance_km, has_room, queries_fit, query_document, skills_fit
from competition.matches.parties import Party
from competition.matches.queries import Query
from competition.matches.types import MatchType, Threshold

Key = tuple[float, int, str]  # skill, clock, id
Found = tuple[float, int, str]  # how far off in skill, clock, id
Lot = tuple[bool, int, int]  # whether open, place of the threshold, size

NEAR_LOOKED_AT = 500  # of those closest in skill, among whom a realtime match takes the nearest
# Players who refuse everybody by their queries would make a pass last for minutes. After so many refusals in
# a pass, a search ends at its own twentieth; whoever is beyond may be found when a threshold changes.
REFUSALS_A_PASS = 200_000
REFUSALS_A_SEARCH = 20
SLACK = 1e-9  # for stretches computed backwards; whether somebody accepts is then asked exactly


class Waiting:
    """All parties of a pool."""

    def __init__(self, type_: MatchType) -> None:
        self.type = type_
        self.parties: dict[str, Party] = {}
        self._lots: dict[Lot, list[Key]] = {}
        self._lot_of: dict[str, Lot] = {}
        self._refusals = 0
        self._asked_about: dict[str, tuple[dict[str, Any], dict[Query, bool]]] = {}

    def put(self, one: Party, place: int) -> None:
        """Add it, or move it to where it belongs now."""
        self.take(one.id)
        lot = (one.is_open, place, one.size)
        self.parties[one.id] = one
        self._lot_of[one.id] = lot
        insort(self._lots.setdefault(lot, []), (one.skill, one.clock_ms, one.id))

    def take(self, id: str) -> Party | None:
        one = self.parties.pop(id, None)
        if one is None:
            return None
        keys = self._lots[self._lot_of.pop(id)]
        del keys[bisect_left(keys, (one.skill, one.clock_ms, id))]
        self._asked_about.pop(id, None)
        return one

    def best(self, one: Party, place: int, now_ms: int) -> Party | None:
        """Who fits it best: an open match, which is being played, before those who wait
        [undecided → so that a gap is filled first]; then closest in skill, then oldest. Realtime: nearest."""
        for is_open in (True, False) if self.type.drop_in and not one.is_open else (False,):
            found = self._choose(one, self._fitting(one, place, now_ms, is_open))
            if found is not None:
                return found
        return None

    def _choose(self, one: Party, fitting: Iterator[Party]) -> Party | None:
        point = one.point
        if not self.type.realtime or point is None:
            return next(fitting, None)
        some = list(islice(fitting, NEAR_LOOKED_AT))
        return min(some, key=lambda other: _how_far(point, other), default=None)

    def _fitting(self, one: Party, place: int, now_ms: int, is_open: bool) -> Iterator[Party]:
        own, refused = self.type.thresholds[place], 0
        lots = [
            _outward(keys, one.skill, first, end)
            for (open_, at, size), keys in self._lots.items()
            if open_ == is_open and has_room(self.type, one.size, size)
            for first, end in [_between(keys, *_stretch(own, self.type.thresholds[at], one.skill))]
            if first < end
        ]
        for _, _, id in merge(*lots) if len(lots) > 1 else (lots[0] if lots else ()):
            other = self.parties[id]
            theirs = self.type.thresholds[self._lot_of[id][1]]
            if id == one.id or (other.is_open and 0 < other.closes_ms <= now_ms):
                continue
            if not skills_fit(one, other, own, theirs):
                continue
            if queries_fit(one, other, self._verdict):
                yield other
                continue
            refused += 1
            self._refusals += 1
            if self._refusals > REFUSALS_A_PASS and refused >= REFUSALS_A_SEARCH:
                return

    def _verdict(self, query: Query, other: Party) -> bool:
        """Each query is asked of a party once."""
        if other.id not in self._asked_about:
            self._asked_about[other.id] = (query_document(self.type.code, other), {})
        document, verdicts = self._asked_about[other.id]
        if query not in verdicts:
            verdicts[query] = query.accepts(document)
        return verdicts[query]


def _how_far(point: tuple[float, float], other: Party) -> tuple[bool, float]:
    """Those whose place is not known come last. `min` keeps the first of equals: the closest in skill."""
    return (True, 0.0) if other.point is None else (False, distance_km(point, other.point))


def _stretch(own: Threshold, theirs: Threshold, skill: float) -> tuple[float, float]:
    """Skills outside of it cannot fit: those that `skill` accepts and who may accept it."""
    low, high = own.window(skill)
    if theirs.kind == "absolute":
        return (low, high) if theirs.low <= skill <= theirs.high else (1.0, 0.0)
    if theirs.kind == "relative":
        lowest, highest = skill - theirs.high, skill + theirs.low
    else:
        lowest, highest = _percent_stretch(theirs, skill)
    slack = SLACK * (abs(skill) + 1)
    return max(low, lowest - slack), min(high, highest + slack)


def _percent_stretch(theirs: Threshold, skill: float) -> tuple[float, float]:
    """Whose percentage may reach `skill`. Only where the window grows with the skill can it be said."""
    down, up = theirs.low / 100, theirs.high / 100
    if not (0 <= down < 1 and 0 <= up < 1):
        return float("-inf"), float("inf")
    sides = (1 + up, 1 - down) if skill >= 0 else (1 - up, 1 + down)
    return skill / sides[0], skill / sides[1]


def _between(keys: list[Key], low: float, high: float) -> tuple[int, int]:
    """Where the skills from `low` to `high` begin and end."""
    return bisect_left(keys, (low,)), bisect_left(keys, (nextafter(high, inf),))


def _outward(keys: list[Key], skill: float, first: int, end: int) -> Iterator[Found]:
    """Those from `first` to `end`, closest to `skill` first, then oldest."""
    middle = min(max(bisect_left(keys, (skill,)), first), end)
    if middle == first:
        return _upward(keys, skill, middle, end)
    return merge(_downward(keys, skill, middle, first), _upward(keys, skill, middle, end))


def _upward(keys: list[Key], skill: float, start: int, end: int) -> Iterator[Found]:
    for index in range(start, end):
        other, clock_ms, id = keys[index]
        yield abs(skill - other), clock_ms, id


def _downward(keys: list[Key], skill: float, start: int, first: int) -> Iterator[Found]:
    """Of several with one skill the oldest comes first here too."""
    while start > first:
        run = max(bisect_left(keys, (keys[start - 1][0],)), first)
        yield from _upward(keys, skill, run, start)
        start = run
