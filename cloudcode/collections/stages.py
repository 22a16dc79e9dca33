"""The stages of aggregations, made of documents that are here."""

from collections.abc import Callable, Iterator
from typing import Any

from cloudcode.collections import effort
from cloudcode.collections.changing_paths import at_path, put
from cloudcode.collections.expressions import Expression, expression
from cloudcode.collections.filters import read_filter
from cloudcode.collections.grouping import read_group
from cloudcode.collections.matching import meets
from cloudcode.collections.ordering import comparable
from cloudcode.collections.paths import MISSING, Parts, parts_of, reached
from cloudcode.collections.projecting import Projection, read_fields
from cloudcode.collections.sorting import read_sort
from cloudcode.collections.values import Document
from cloudcode.sandbox.running import Refused

Rows = list[Any]
Stage = Callable[[Rows], Rows]
MOST = 10_000  # rows that a stage leaves


def whole_number(name: str, given: Any) -> int:
    """Raises Refused."""
    if isinstance(given, bool) or not isinstance(given, (int, float)) or given != int(given) or given < 0:
        raise Refused(f"{name} needs a whole number")
    return int(given)


def _match(given: Any) -> Stage:
    condition = read_filter(given)
    return lambda rows: [each for each in rows if meets(each, condition)]


def _limit(given: Any) -> Stage:
    count = whole_number("$limit", given)
    return lambda rows: rows[:count]


def _skip(given: Any) -> Stage:
    count = whole_number("$skip", given)
    return lambda rows: rows[count:]


def _count(given: Any) -> Stage:
    if not isinstance(given, str) or len(parts_of(given)) != 1:
        raise Refused("$count needs the name of a field")
    return lambda rows: [{given: len(rows)}] if rows else []


def _sort(given: Any) -> Stage:
    order = read_sort(given)

    def stage(rows: Rows) -> Rows:
        for parts, descending in reversed(order):
            rows = sorted(rows, key=lambda row: _sort_key(row, parts, descending), reverse=descending)
        return rows

    return stage


def _sort_key(row: Document, parts: Parts, descending: bool) -> Any:
    """Of an array its least or greatest element; an empty one comes before all."""
    effort.look()
    found = []
    for value in reached(row, parts):
        elements = value if isinstance(value, list) else [value]
        found += [comparable(each) for each in elements] or [("0", 0)]
    return (max if descending else min)(found, default=comparable(None))


def _unwind(given: Any) -> Stage:
    options = {"path": given} if isinstance(given, str) else given
    path = options.get("path") if isinstance(options, dict) else None
    if not isinstance(path, str) or not path.startswith("$") or set(options) - {"path", _KEEP}:
        raise Refused("$unwind needs the path of a field, with $ in front")
    parts, keep = parts_of(path[1:]), bool(options.get(_KEEP))

    def one(row: Document) -> Iterator[Document]:
        value = at_path(row, parts)
        if not isinstance(value, list):
            if (value is not MISSING and value is not None) or keep:
                yield row
        elif value:
            for each in value:
                yield _with(row, parts, each)
        elif keep:
            yield _with(row, parts, MISSING)

    def stage(rows: Rows) -> Rows:
        unwound: Rows = []
        room = effort.Room()
        for row in rows:
            for each in one(row):
                room.hold(each)
                unwound.append(each)
                if len(unwound) > MOST:
                    raise Refused(f"$unwind leaves more than {MOST} documents")
        return unwound

    return stage


def _with(holder: Any, parts: Parts, value: Any) -> Any:
    """The same with another value at the path, where there is one; what is beside it is shared. MISSING
    leaves the field out."""
    if not parts:
        return value
    effort.look()
    inside = _with(at_path(holder, parts[:1]), parts[1:], value)
    if isinstance(holder, list):
        at = int(parts[0])
        return [*holder[:at], None if inside is MISSING else inside, *holder[at + 1 :]]
    if inside is MISSING:
        return {name: each for name, each in holder.items() if name != parts[0]}
    return {**holder, parts[0]: inside}


_KEEP = "preserveNullAndEmptyArrays"


def _project(given: Any) -> Stage:
    """Fields that are wanted or not, and fields that are computed."""
    if not isinstance(given, dict) or not given:
        raise Refused("$project needs an object")
    flags = {path: each for path, each in given.items() if _is_flag(each)}
    computed: list[tuple[Parts, Expression]] = [
        (parts_of(path), expression(each)) for path, each in given.items() if path not in flags
    ]
    if computed and any(not each for path, each in flags.items() if path != "_id"):
        raise Refused("$project either leaves fields out or computes some")
    if computed and not any(path != "_id" for path in flags):
        projection: Projection | None = Projection(True, {}, bool(flags.get("_id", True)))
    else:
        projection = read_fields(flags)
    assert projection is not None

    def one(row: Document, room: effort.Room) -> Document:
        made = projection.of(row)
        for parts, value_of in computed:
            value = value_of(row)
            if value is not MISSING:
                room.hold(value)
                _own_way(made, parts)
                put(made, parts, value)
        return made

    def stage(rows: Rows) -> Rows:
        room = effort.Room()
        return [one(row, room) for row in rows]

    return stage


def _own_way(document: Document, parts: Parts) -> None:
    """What lies on the way is no other document's, so that it can be changed."""
    holder: Any = document
    for part in parts[:-1]:
        inside = at_path(holder, (part,))
        if not isinstance(inside, (dict, list)):
            return
        inside = inside.copy()
        holder[int(part) if isinstance(holder, list) else part] = inside
        holder = inside


def _is_flag(given: Any) -> bool:
    return isinstance(given, (bool, int, float))


STAGES: dict[str, Callable[[Any], Stage]] = {
    "$match": _match,
    "$group": read_group,
    "$project": _project,
    "$sort": _sort,
    "$limit": _limit,
    "$skip": _skip,
    "$unwind": _unwind,
    "$count": _count,
}
