"""By which index a query finds its candidates. The whole filter decides about each of them afterwards."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Protocol

from cloudcode.collections.conditions import Among, Compared, Condition, Every, Field
from cloudcode.collections.keys import AFTER, BETWEEN, key, rank_of, whole_key
from cloudcode.collections.paths import Parts
from cloudcode.collections.storing import Index
from realtime.sql import IN_LIST, Sql, among, encode_list, look_up

MOST_KEYS = 1_000
MOST_RANGES = 20
ID: Parts = ("_id",)

Asked = dict[Parts, list[Among | Compared]]
Order = Sequence[tuple[Parts, bool]]  # fields, and whether each is descending


@dataclass(frozen=True, slots=True)
class Plan:
    """`where`: the candidates, about `d`, or about `e` where they are to be read in `order`.

    `keys`: the candidates by their `_id`, about a document's `k.key`.
    """

    where: Sql | None = None
    order: str | None = None
    keys: Sql | None = None

    @property
    def source(self) -> str:
        return f"cloudcode_indexentry e {_DOCUMENT}" if self.order else "cloudcode_document d"


_DOCUMENT = look_up("cloudcode_document", "d", "d.id = e.document_id")


class Indexed(Protocol):
    @property
    def indexes(self) -> tuple[Index, ...]: ...


def plan(inside: Indexed, condition: Condition, order: Order = ()) -> Plan:
    asked = _asked(condition)
    if by_id := _by_id(asked.get(ID, [])):
        return Plan(keys=by_id)
    ready = [index for index in inside.indexes if index.ready]
    found = max((_by_index(index, asked) for index in ready), key=lambda each: each[0], default=(0, None))
    if order and found[0] < 2:
        for index in ready:
            if sorted_by := _in_order(index, asked, order):
                return sorted_by
    return Plan(found[1])


def _asked(condition: Condition) -> Asked:
    """What all that match must have."""
    asked: Asked = defaultdict(list)
    parts = condition.parts if isinstance(condition, Every) else (condition,)
    for part in parts:
        if isinstance(part, Every):
            for path, tests in _asked(part).items():
                asked[path] += tests
        elif isinstance(part, Field) and isinstance(part.test, (Among, Compared)):
            asked[part.parts].append(part.test)
    return asked


def _by_id(tests: Sequence[Among | Compared]) -> Sql | None:
    for test in tests:
        if isinstance(test, Among):
            return f"k.key {IN_LIST}", [encode_list([whole_key(each) for each in test.values])]
    bounds = [_bounds(test, whole_key(test.than)) for test in tests if isinstance(test, Compared)]
    if not bounds:
        return None
    return _between("k.key", max(low for low, _ in bounds), min(high for _, high in bounds))


def _by_index(index: Index, asked: Asked) -> tuple[int, Sql | None]:
    """How good it is, and the candidates: 2 for each field that is equal to something, 1 for a range."""
    heads, used = _heads(index, asked)
    ranges = _ranges(index, asked, used)
    score = 2 * used + bool(ranges)
    if not score:
        return 0, None
    if used == len(index.fields):
        chosen: Sql = (f"e.key {IN_LIST}", [encode_list(heads)])
    else:
        spans = [_span(head, ranges) for head in heads]
        chosen = (
            f"({' OR '.join(text for text, _ in spans)})",
            [value for _, values in spans for value in values],
        )
    select = f"SELECT e.document_id FROM cloudcode_indexentry e WHERE e.index_id = %s AND {chosen[0]}"
    return score, (f"d.id {among(select)}", [index.id, *chosen[1]])


def _heads(index: Index, asked: Asked) -> tuple[list[str], int]:
    """The keys' beginnings by the first fields that are equal to something, and of how many fields."""
    lists: list[list[str]] = []
    count = 1
    for parts in index.fields:
        equal = [test for test in asked.get(parts, ()) if isinstance(test, Among)]
        most = MOST_KEYS if len(lists) + 1 == len(index.fields) else MOST_RANGES
        if not equal or count * len(equal[0].values) > most:
            break
        count *= len(equal[0].values)
        lists.append(sorted({key(each) for each in equal[0].values}))
    return [BETWEEN.join(each) for each in product(*lists)], len(lists)


def _ranges(index: Index, asked: Asked, used: int) -> list[tuple[str, str]]:
    """Of the field after those. Of one with several values in a document each may be within another one."""
    if used == len(index.fields):
        return []
    tests = [test for test in asked.get(index.fields[used], ()) if isinstance(test, Compared)]
    return [_bounds(test, key(test.than)) for test in (tests[:1] if index.multiple else tests)]


def _bounds(test: Compared, at: str) -> tuple[str, str]:
    """The least key, and the one that all are below."""
    rank = rank_of(test.than)
    if test.operator in ("$gt", "$gte"):
        return at, chr(ord(rank) + 1)
    return rank, at + AFTER


def _span(head: str, ranges: Sequence[tuple[str, str]]) -> Sql:
    before = head + BETWEEN if head else ""
    if not ranges:
        return _between("e.key", head, head + AFTER)
    low, high = max(low for low, _ in ranges), min(high for _, high in ranges)
    return _between("e.key", before + low, before + high)


def _between(column: str, low: str, high: str) -> Sql:
    return f"({column} >= %s AND {column} < %s)", [low, high]


def _in_order(index: Index, asked: Asked, order: Order) -> Plan | None:
    """Read in the index's own order, where that is the one that is wanted: each document once."""
    heads, used = _heads(index, asked)
    descending = order[0][1]
    wanted = [parts for parts, each in order if each == descending]
    if index.multiple or len(heads) != 1 or list(index.fields[used : used + len(order)]) != wanted:
        return None
    ranges = _ranges(index, asked, used)
    where = _span(heads[0], ranges) if used or ranges else ("TRUE", [])
    return Plan(
        (f"e.index_id = %s AND {where[0]}", [index.id, *where[1]]), f"e.key{' DESC' if descending else ''}"
    )
