"""ORDER BY for MongoDB's order of values: by type, then within it; of an array by its least or greatest."""

from typing import Any

from cloudcode.collections import distances
from cloudcode.collections.compiling import TRUE, Compiler, joined, json
from cloudcode.collections.conditions import Condition, Every, Near
from cloudcode.collections.paths import Parts, hops, parts_of
from cloudcode.sandbox.running import Refused
from realtime.sql import Sql

MOST = 8
Order = tuple[tuple[Parts, bool], ...]  # fields, and whether each is descending


def read_sort(given: Any) -> Order:
    """Raises Refused."""
    if given is None:
        return ()
    if not isinstance(given, dict) or len(given) > MOST:
        raise Refused(f"a sort is an object of {MOST} fields at most")
    for path, direction in given.items():
        if direction not in (1, -1) or isinstance(direction, bool):
            raise Refused(f"a sort's direction is 1 or -1, not {str(direction)[:20]}")
        if path == "$natural" and direction == 1 and len(given) == 1:
            return ()
    return tuple((parts_of(path), direction == -1) for path, direction in given.items())


def order_by(order: Order, holder: str) -> Sql:
    """Terms for ORDER BY: three for each field."""
    compiler = Compiler()
    terms = [term for parts, descending in order for term in _terms(compiler, parts, descending, holder)]
    return ", ".join(terms), []


def _terms(compiler: Compiler, parts: Parts, descending: bool, holder: str) -> list[str]:
    direction = " DESC" if descending else ""
    way = next(hops(parts))
    sources, conditions, at = compiler.steps(holder, way[:-1])
    source, columns = json.sort_rows(at, way[-1], compiler.alias())
    where, _ = joined(" AND ", conditions, TRUE)
    rows = f"FROM {', '.join([*sources, source])} WHERE {where}"
    within = ", ".join(f"{each}{direction}" for each in columns)
    rank, number, text = (f"(SELECT {each} {rows} ORDER BY {within} LIMIT 1)" for each in columns)
    return [f"COALESCE({rank}, 1){direction}", f"{number}{direction}", f"{text}{direction}"]


def nearest_first(condition: Condition, holder: str) -> Sql | None:
    """$nearSphere sorts, too: by the nearest point, of several that are within the distance."""
    for part in condition.parts if isinstance(condition, Every) else (condition,):
        if isinstance(part, Near):
            way = next(hops(part.parts))
            compiler = Compiler()
            sources, conditions, at = compiler.steps(holder, way[:-1])
            metres, values = distances.metres(at, way[-1], part)
            if not sources:
                return metres, values
            within: Sql = (f"{metres} BETWEEN %s AND %s", [*values, part.least, part.most])
            where, given = joined(" AND ", [*conditions, within], TRUE)
            return f"(SELECT MIN({metres}) FROM {', '.join(sources)} WHERE {where})", [*values, *given]
    return None
