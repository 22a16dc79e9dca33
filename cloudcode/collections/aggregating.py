"""Aggregations: what stands first is SQL, $match, $sort, $skip, $limit and most forms of $group; the stages
behind that work on the rows that it leaves, of which there may not be many."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from cloudcode.collections import effort, grouping
from cloudcode.collections.conditions import Condition, Every
from cloudcode.collections.filters import read_filter
from cloudcode.collections.finding import Query, select, texts_of
from cloudcode.collections.places import Place
from cloudcode.collections.sorting import Order, read_sort
from cloudcode.collections.stages import MOST, STAGES, Rows, whole_number
from cloudcode.collections.statements import rows
from cloudcode.sandbox.running import Refused

MOST_STAGES = 20

_decode = msgspec.json.Decoder().decode


class Pipeline:
    """Read and checked. Raises Refused."""

    def __init__(self, given: Sequence[Any]) -> None:
        if not given or len(given) > MOST_STAGES:
            raise Refused(f"an aggregation has 1 to {MOST_STAGES} stages")
        stages = [_one(each) for each in given]
        for name, _ in stages:
            if name not in STAGES:
                raise Refused(f"{name[:40]} is not available in aggregations")
        matches = _leading(stages, ("$match",))
        self.filter = [wanted for _, wanted in matches]
        self._condition: Condition = Every(tuple(read_filter(wanted) for wanted in self.filter))
        self._rest = stages[len(matches) :]
        for name, wanted in self._rest:
            STAGES[name](wanted)  # what it refuses, it refuses before anything is read

    def of(self, place: Place) -> list[Any]:
        """The documents that come out. Raises Refused."""
        if self._rest and self._rest[0][0] == "$group":
            made = grouping.in_sql(place, self._condition, self._rest[0][1], MOST)
            if made is not None:
                if len(made) > MOST:
                    raise Refused(f"$group leaves more than {MOST} documents")
                return self._through(made, self._rest[1:])
        first = _leading(self._rest, ("$sort",))[:1]
        bounds = _leading(self._rest[len(first) :], ("$skip", "$limit"))
        order: Order = read_sort(first[0][1]) if first else ()
        skip, limit = _window(bounds)
        found = list(self._read(place, Query(self._condition, order, skip, limit, None)))
        return self._through(found, self._rest[len(first) + len(bounds) :])

    def of_nothing(self) -> list[Any]:
        return self._through([], self._rest)

    def _through(self, found: Rows, stages: Sequence[tuple[str, Any]]) -> list[Any]:
        for name, wanted in stages:
            found = STAGES[name](wanted)(found)
            if len(found) > MOST:
                raise Refused(f"{name} leaves more than {MOST} documents")
        return found

    @staticmethod
    def _read(place: Place, query: Query) -> Iterator[Any]:
        most = MOST + 1 if query.limit is None else min(MOST + 1, query.limit)
        found = rows(*select(place, query, "d.id, LENGTH(d.text)", most)) if most else []
        if len(found) > MOST:
            raise Refused(f"more than {MOST} documents to aggregate: use $match, or a $group of sums")
        if sum(size for _, size in found) > effort.MOST_BYTES:
            raise Refused(effort.TOO_MUCH)
        for text in texts_of(place, [row[0] for row in found]):
            effort.look()
            yield _decode(text)


def _one(stage: Any) -> tuple[str, Any]:
    if not isinstance(stage, dict) or len(stage) != 1:
        raise Refused("a stage of an aggregation is an object with one operator")
    return next(iter(stage.items()))


def _leading(stages: Sequence[tuple[str, Any]], names: Sequence[str]) -> list[tuple[str, Any]]:
    found = []
    for stage in stages:
        if stage[0] not in names:
            break
        found.append(stage)
    return found


def _window(bounds: Sequence[tuple[str, Any]]) -> tuple[int, int | None]:
    """What several $skip and $limit in a row come to."""
    skip, limit = 0, None
    for name, wanted in bounds:
        number = whole_number(name, wanted)
        if name == "$skip":
            skip += number
            limit = None if limit is None else max(0, limit - number)
        else:
            limit = number if limit is None else min(limit, number)
    return skip, limit
