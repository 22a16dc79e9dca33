"""The different values of a field, of arrays their elements', in the order in which they came."""

import json as json_text
from typing import Any

from cloudcode.collections.compiling import Compiler, compile_filter, json
from cloudcode.collections.conditions import Condition
from cloudcode.collections.paths import hops, parts_of
from cloudcode.collections.places import Place, scope
from cloudcode.collections.planning import plan
from cloudcode.collections.statements import rows
from cloudcode.sandbox.running import Refused
from realtime.sql import by_vendor

MOST = 10_000
MOST_BYTES = 1024 * 1024  # of their JSON, in characters
_SIZE = f"SUM(LENGTH({by_vendor(sqlite='made', postgresql='made::text')})) OVER ()"


def values_of(place: Place, path: str, condition: Condition) -> list[Any]:
    """Raises Refused."""
    compiler = Compiler()
    way = next(hops(parts_of(path)))
    source, conditions = place.source(plan(place, condition))
    sources, wheres, at = compiler.steps("d.document", way[:-1])
    alias = compiler.alias()
    each, columns = json.sort_rows(at, way[-1], alias)
    where = [*conditions, compile_filter(condition, "d.document"), *wheres, (f"{columns[0]} <> 0", [])]
    text, given = scope(", ".join([source, *sources, each]), where)
    value = json.as_json(alias)
    values = (
        f"SELECT {value} AS made, MIN(d.id) AS place {text} GROUP BY {value} ORDER BY 2, 1 LIMIT {MOST + 1}"
    )
    statement = (
        f"SELECT CASE WHEN {_SIZE} <= {MOST_BYTES} THEN made END, {_SIZE} FROM ({values}) v"
        " ORDER BY place, made"
    )
    found = rows(statement, given)
    if len(found) > MOST:
        raise Refused(f"more than {MOST} different values")
    if found and found[0][1] > MOST_BYTES:
        raise Refused(f"more than {MOST_BYTES // 1024} KB of different values")
    return [json_text.loads(row[0]) if isinstance(row[0], str) else row[0] for row in found]
