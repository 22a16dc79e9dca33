"""Looks for documents: what a filter selects, in an order, a batch at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from cloudcode.collections.compiling import compile_filter
from cloudcode.collections.conditions import Condition
from cloudcode.collections.filters import read_filter
from cloudcode.collections.places import Place, scope
from cloudcode.collections.planning import plan
from cloudcode.collections.projecting import Projection, read_fields
from cloudcode.collections.sorting import Order, nearest_first, order_by, read_sort
from cloudcode.collections.statements import rows
from cloudcode.sandbox.running import Refused
from realtime.sql import Sql

BATCH = 100  # documents that a script gets at once
BATCH_BYTES = 1024 * 1024
MOST_SORTED = 20_000
MOST_SKIPPED = 10_000_000


class Asked(msgspec.Struct, frozen=True):
    """What a script looks for. `limit` 0: all; below 0 it means the same as above."""

    filter: Any = None
    fields: Any = None
    sort: Any = None
    skip: float = 0
    limit: float = 0


class Batch(msgspec.Struct, rename="camel"):
    """`after`: the row after which the next one begins. `rest`: the rows that are still to come, in order."""

    documents: list[msgspec.Raw]
    after: int | str | None = None
    rest: list[int | str] = []
    left: int = 0


@dataclass(frozen=True, slots=True)
class Query:
    """`limit` None: all."""

    condition: Condition
    order: Order
    skip: int
    limit: int | None
    projection: Projection | None


def read(asked: Asked) -> Query:
    """Raises Refused."""
    for each in (asked.skip, asked.limit):
        if each != int(each) or abs(each) > MOST_SKIPPED:
            raise Refused("limit and skip are whole numbers")
    limit = abs(int(asked.limit)) or None
    fields = read_fields(asked.fields)
    return Query(read_filter(asked.filter), read_sort(asked.sort), max(0, int(asked.skip)), limit, fields)


def find(place: Place, query: Query, after: int | str | None = None) -> Batch:
    """The first batch; with `after` the one that follows in the natural order. Raises Refused."""
    if query.order or nearest_first(query.condition, "d.document"):
        return _find_sorted(place, query)
    most = BATCH + 1 if query.limit is None else min(BATCH + 1, query.limit)
    found = rows(*select(place, query, "d.id, d.text", most, after))
    taken = _fitting(found)
    batch = _batch(place, found[:taken], query)
    if taken < len(found) or (len(found) > BATCH):
        batch.after = found[taken - 1][0]
        batch.left = 0 if query.limit is None else query.limit - taken
    if query.limit is not None and batch.left == 0 and taken == query.limit:
        batch.after = None
    return batch


def _find_sorted(place: Place, query: Query) -> Batch:
    """Which rows, at once, so that what changes while a script goes through them moves none of the others."""
    most = MOST_SORTED + 1 if query.limit is None else min(MOST_SORTED + 1, query.limit)
    if most <= BATCH:
        found = rows(*select(place, query, "d.id, d.text", most))
        taken = _fitting(found)
        batch = _batch(place, found[:taken], query)
        batch.rest = [row[0] for row in found[taken:]]
        return batch
    ids = [row[0] for row in rows(*select(place, query, "d.id", most))]
    if len(ids) > MOST_SORTED:
        raise Refused(f"more than {MOST_SORTED} documents to sort: use limit")
    return by_rows(place, query, ids)


def by_rows(place: Place, query: Query, ids: Sequence[int | str]) -> Batch:
    """The first of these rows, as far as they are still there."""
    found = _rows_of(place, ids[:BATCH])
    taken = _fitting(found)
    batch = _batch(place, found[:taken], query)
    batch.rest = [*(row[0] for row in found[taken:]), *ids[BATCH:]]
    return batch


def texts_of(place: Place, ids: Sequence[int | str]) -> list[str]:
    """The documents of these rows, in their order, as far as they are still there."""
    return place.texts(_rows_of(place, ids))


def _rows_of(place: Place, ids: Sequence[int | str]) -> list[tuple[int | str, str]]:
    source, conditions, in_list, listed = place.by_rows(ids)
    text, values = scope(source, [*conditions, (f"d.id {in_list}", [listed])])
    texts = dict(rows(f"SELECT d.id, d.text {text}", values))
    return [(id_, texts[id_]) for id_ in ids if id_ in texts]


def select(place: Place, query: Query, columns: str, most: int | None, after: int | str | None = None) -> Sql:
    """A statement for at most so many rows."""
    chosen = plan(place, query.condition, query.order if query.limit is not None else ())
    source, conditions = place.source(chosen)
    conditions = [*conditions, compile_filter(query.condition, "d.document")]
    order = nearest_first(query.condition, "d.document") if not query.order else None
    if query.order:
        order = order_by(query.order, "d.document")
    terms, order_values = order or ("", [])
    keys = [each for each in (chosen.order, terms, "d.id") if each]
    if after is not None:
        conditions.append(("d.id > %s", [after]))
    text, values = scope(source, conditions)
    skip = query.skip if after is None else 0
    return (
        f"SELECT {columns} {text} ORDER BY {', '.join(keys)} LIMIT %s OFFSET %s",
        [*values, *order_values, most, skip],
    )


def count(place: Place, query: Query) -> int:
    if query.limit is None and not query.skip:
        chosen = plan(place, query.condition)
        source, conditions = place.source(chosen)
        text, values = scope(source, [*conditions, compile_filter(query.condition, "d.document")])
        return int(rows(f"SELECT COUNT(*) {text}", values)[0][0])
    unsorted = Query(query.condition, (), query.skip, query.limit, None)
    text, values = select(place, unsorted, "d.id", query.limit or MOST_SKIPPED)
    return int(rows(f"SELECT COUNT(*) FROM ({text}) counted", values)[0][0])


def _fitting(found: Sequence[Sequence[Any]]) -> int:
    """How many of the rows go into one batch: one at least."""
    size = 0
    for number, (_, text) in enumerate(found[:BATCH]):
        size += len(text)
        if size > BATCH_BYTES and number:
            return number
    return min(len(found), BATCH)


def _batch(place: Place, found: Sequence[Sequence[Any]], query: Query) -> Batch:
    texts = place.texts(found)
    if query.projection is not None:
        texts = [query.projection.of_text(text) for text in texts]
    return Batch([msgspec.Raw(text.encode()) for text in texts])
