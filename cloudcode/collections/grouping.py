"""$group: in SQL where it counts, sums and averages fields over what a filter selects, else of documents that
are here."""

import json as json_text
import math
from collections.abc import Callable
from typing import Any

from cloudcode.collections import effort, values
from cloudcode.collections.compiling import compile_filter, json
from cloudcode.collections.conditions import Condition
from cloudcode.collections.expressions import Expression, expression, field_of
from cloudcode.collections.ordering import comparable
from cloudcode.collections.paths import MISSING, Parts
from cloudcode.collections.places import Place, scope
from cloudcode.collections.planning import plan
from cloudcode.collections.statements import rows
from cloudcode.sandbox.running import Refused

Accumulated = Callable[[list[Any]], Any]


def read_group(given: Any) -> Callable[[list[Any]], list[Any]]:
    """A stage. Raises Refused."""
    id_of, fields = _read(given)
    made: dict[str, tuple[Accumulated, Expression]] = {}
    for name, (operator, argument) in fields.items():
        made[name] = _ACCUMULATORS[operator], expression(argument)

    def stage(found: list[Any]) -> list[Any]:
        room = effort.Room()
        groups: dict[str, tuple[Any, list[Any]]] = {}
        for row in found:
            id_ = id_of(row)
            id_ = None if id_ is MISSING else id_
            room.hold(id_)
            groups.setdefault(values.canonical(id_), (id_, []))[1].append(row)
        return [
            {"_id": id_, **{name: gathered(how, members, room) for name, how in made.items()}}
            for id_, members in groups.values()
        ]

    def gathered(how: tuple[Accumulated, Expression], members: list[Any], room: effort.Room) -> Any:
        gather, of = how
        given, own_room = [], effort.Room()
        for row in members:
            value = of(row)
            own_room.hold(value)
            given.append(value)
        result = gather(given)
        room.hold(result)
        return result

    return stage


def _read(given: Any) -> tuple[Expression, dict[str, tuple[str, Any]]]:
    if not isinstance(given, dict) or "_id" not in given:
        raise Refused("$group needs an object with an _id")
    fields = {}
    for name, each in given.items():
        if name == "_id":
            continue
        if not isinstance(each, dict) or len(each) != 1 or "." in name:
            raise Refused(f"$group: {name[:40]} needs one accumulator")
        ((operator, argument),) = each.items()
        if operator not in _ACCUMULATORS:
            raise Refused(f"{operator[:40]} is not available in $group")
        fields[name] = operator, argument
    return expression(given["_id"]), fields


def _numbers(found: list[Any]) -> list[float]:
    return [each for each in found if isinstance(each, (int, float)) and not isinstance(each, bool)]


def _sum(found: list[Any]) -> Any:
    return values.number(math.fsum(_numbers(found)))


def _average(found: list[Any]) -> Any:
    numbers = _numbers(found)
    return values.number(math.fsum(numbers) / len(numbers)) if numbers else None


def _there(found: list[Any]) -> list[Any]:
    return [each for each in found if each is not MISSING and each is not None]


def _not_missing(found: list[Any]) -> list[Any]:
    return [each for each in found if each is not MISSING]


def _set(found: list[Any]) -> list[Any]:
    kept: dict[str, Any] = {}
    for each in _not_missing(found):
        kept.setdefault(values.canonical(each), each)
    return list(kept.values())


def _or_null(value: Any) -> Any:
    return None if value is MISSING else value


_ACCUMULATORS: dict[str, Accumulated] = {
    "$sum": _sum,
    "$avg": _average,
    "$min": lambda found: min(_there(found), key=comparable, default=None),
    "$max": lambda found: max(_there(found), key=comparable, default=None),
    "$first": lambda found: _or_null(found[0]),
    "$last": lambda found: _or_null(found[-1]),
    "$push": lambda found: _not_missing(found),
    "$addToSet": _set,
}

# --- In SQL -------------------------------------------------------------------------------------------------

_SQL = {"$sum": "COALESCE(SUM({}), 0)", "$avg": "AVG({})"}


def in_sql(place: Place, condition: Condition, given: Any, most: int) -> list[Any] | None:
    """The groups; None where SQL cannot make them. Raises Refused."""
    _, fields = _read(given)
    ids = _id_fields(given["_id"])
    columns = [_column(operator, argument) for operator, argument in fields.values()]
    if ids is None or any(each is None for each in columns):
        return None
    source, conditions = place.source(plan(place, condition))
    text, parameters = scope(source, [*conditions, compile_filter(condition, "d.document")])
    ways = {parts[:end] for parts in ids.values() for end in range(1, len(parts))}
    arrays = " OR ".join(json.is_array("d.document", way) for way in sorted(ways))
    if arrays and rows(f"SELECT 1 {text} AND ({arrays}) LIMIT 1", parameters):
        return None  # there the key is made of what an array's objects have
    keys = [json.packed("d.document", parts, whole=None in ids) for parts in ids.values()]
    selected = ", ".join(["COUNT(*)", *(str(each) for each in columns), *keys])
    grouped = f"GROUP BY {', '.join(keys)}" if keys else ""
    found = rows(f"SELECT {selected} {text} {grouped} ORDER BY MIN(d.id) LIMIT {most + 1}", parameters)
    if not keys:
        found = [row for row in found if row[0]]
    made = []
    for row in found:
        totals = [None if each is None else values.number(each) for each in row[1 : len(columns) + 1]]
        parts = {
            name: json_text.loads(each)[0]
            for name, each in zip(ids, row[len(columns) + 1 :], strict=True)
            if each
        }
        id_ = parts.get(None) if None in ids or not ids else parts
        made.append({"_id": id_, **dict(zip(fields, totals, strict=True))})
    return made


def _id_fields(given: Any) -> dict[str | None, Parts] | None:
    """The fields that make the `_id`: by their names in it, or one for None. None if it is something else."""
    if given is None:
        return {}
    if isinstance(given, str) and given.startswith("$"):
        return {None: field_of(given)}
    if not isinstance(given, dict) or not given:
        return None
    if any(name.startswith("$") or "." in name for name in given):
        return None
    if not all(isinstance(each, str) and each.startswith("$") for each in given.values()):
        return None
    return {name: field_of(each) for name, each in given.items()}


def _column(operator: str, argument: Any) -> str | None:
    """$min and $max go by the order of all types, so they are not for SQL."""
    if operator not in ("$sum", "$avg"):
        return None
    if isinstance(argument, str) and argument.startswith("$"):
        return _SQL[operator].format(json.number_at("d.document", field_of(argument)))
    if isinstance(argument, (int, float)) and not isinstance(argument, bool):
        return _SQL[operator].format(repr(float(argument)))
    return None
