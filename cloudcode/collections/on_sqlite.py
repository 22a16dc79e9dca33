"""Pieces of SQL about JSON text. An object or a value is named by an expression, given as text.

An alias has the columns of `json_each`: `type`, and `value`, which is JSON where the type is object or array.
What is not JSON may reach no function that reads it, so conditions that do stand inside CASE.
"""

from collections import defaultdict
from typing import Any

from cloudcode.collections.conditions import Among, Compared, Divided, Matching, Null, Test, Typed
from cloudcode.collections.keys import BOOLEAN, NUMBER, TEXT, rank_of
from cloudcode.collections.literals import quoted
from cloudcode.collections.paths import Hop, Parts
from cloudcode.collections.types import INT
from cloudcode.collections.values import as_script_gave, canonical
from realtime.sql import Sql

COMPARISONS = {"$gt": ">", "$gte": ">=", "$lt": "<", "$lte": "<="}
_NUMBERS = "('integer', 'real')"


def _path(hop: Hop) -> str:
    name, indexes = hop
    return quoted(f'$."{name}"' + "".join(f"[{each}]" for each in indexes))


def _type(holder: str, hop: Hop) -> str:
    return f"json_type({holder}, {_path(hop)})"


def member(holder: str, hop: Hop) -> str:
    return f"json_extract({holder}, {_path(hop)})"


def is_missing(holder: str, hop: Hop) -> str:
    return f"{_type(holder, hop)} IS NULL"


def is_scalar(holder: str, hop: Hop) -> str:
    """Whether the value is there, and nothing can be inside it."""
    kind = _type(holder, hop)
    return f"({kind} NOT IN ('object', 'array') OR {kind} = 'object' AND {_is_special(member(holder, hop))})"


def objects(holder: str, hop: Hop, alias: str) -> tuple[str, str, str]:
    """The value if it is an object, an array's elements that are: for FROM, for WHERE, and its name."""
    it = member(holder, hop)
    items = (
        f"CASE {_type(holder, hop)} WHEN 'array' THEN {it} WHEN 'object' THEN '[' || {it} || ']'"
        " ELSE '[]' END"
    )
    where, value = element_object(alias)
    return f"json_each({items}) AS {alias}", where, value


def leaves(holder: str, hop: Hop, alias: str) -> str:
    """The value and, of an array, its elements: for FROM. A value may come twice: only that way it keeps its
    type."""
    it = member(holder, hop)
    items = (
        f"CASE WHEN {is_missing(holder, hop)} THEN '[]' WHEN {_type(holder, hop)} <> 'array'"
        f" THEN {_twice(holder, hop)} WHEN {it} = '[]' THEN '[[]]'"
        f" ELSE '[' || {it} || ',' || substr({it}, 2) END"
    )
    return f"json_each({items}) AS {alias}"


def _twice(holder: str, hop: Hop) -> str:
    return f"json_extract({holder}, {_path(hop)}, {_path(hop)})"


def elements(holder: str, hop: Hop, alias: str) -> str:
    """Of an array alone."""
    items = f"CASE {_type(holder, hop)} WHEN 'array' THEN {member(holder, hop)} ELSE '[]' END"
    return f"json_each({items}) AS {alias}"


def inner_elements(outer: str, alias: str) -> str:
    """Of the array that an alias of these functions stands for."""
    return f"json_each(CASE {outer}.type WHEN 'array' THEN {outer}.value ELSE '[]' END) AS {alias}"


def element_object(alias: str) -> tuple[str, str]:
    """Whether it is an object, and how it is named."""
    value = f"{alias}.value"
    where = f"({alias}.type = 'object' AND NOT {_is_special(value)})"
    return where, f"CASE {alias}.type WHEN 'object' THEN {value} ELSE '{{}}' END"


def sized(holder: str, hop: Hop, size: int) -> str:
    length = f"json_array_length({holder}, {_path(hop)})"
    return f"CASE {_type(holder, hop)} WHEN 'array' THEN {length} = {size} ELSE 0 END"


def _is_special(json: str) -> str:
    """Of an object's JSON: no other begins with a key that does."""
    return f"(substr({json}, 1, 3) = '{{\"$')"


# --- Tests of the value that an alias stands for ------------------------------------------------------------


def test(alias: str, wanted: Test) -> Sql:
    if isinstance(wanted, Among):
        return _among(alias, wanted.values)
    if isinstance(wanted, Null):
        return f"{alias}.type = 'null'", []
    if isinstance(wanted, Compared):
        return _compared(alias, wanted)
    if isinstance(wanted, Matching):
        match = f"flint_matches(%s, %s, {alias}.value)"
        return f"CASE {alias}.type WHEN 'text' THEN {match} ELSE 0 END", [wanted.pattern, wanted.flags]
    if isinstance(wanted, Typed):
        return f"({' OR '.join(_TYPES[name].format(it=alias) for name in wanted.names)})", []
    return _divided(alias, wanted)


def _among(alias: str, values: tuple[Any, ...]) -> Sql:
    of_type: defaultdict[str, list[Any]] = defaultdict(list)
    for value in values:
        kind, plain = _plain(value)
        of_type[kind].append(plain)
    parts: list[str] = []
    parameters: list[Any] = []
    for kind, plains in of_type.items():
        is_kind = f"{alias}.type IN {kind}" if kind == _NUMBERS else f"{alias}.type = '{kind}'"
        if len(plains) == 1:
            parts.append(f"({is_kind} AND {alias}.value = %s)")
            parameters.append(plains[0])
        else:
            parts.append(f"({is_kind} AND {alias}.value IN (SELECT value FROM json_each(%s)))")
            parameters.append(as_script_gave(plains))
    return f"({' OR '.join(parts)})", parameters


def _plain(value: Any) -> tuple[str, Any]:
    """A value's type and value, as json_each has them."""
    if isinstance(value, bool):
        return ("true", 1) if value else ("false", 0)
    if isinstance(value, (int, float)):
        return _NUMBERS, value
    if isinstance(value, str):
        return "text", value
    return "array" if isinstance(value, list) else "object", canonical(value)


def _compared(alias: str, wanted: Compared) -> Sql:
    sign, rank, than = COMPARISONS[wanted.operator], rank_of(wanted.than), wanted.than
    if rank in (NUMBER, BOOLEAN, TEXT):
        kinds = {NUMBER: _NUMBERS, BOOLEAN: "('true', 'false')", TEXT: "('text')"}[rank]
        return f"({alias}.type IN {kinds} AND {alias}.value {sign} %s)", [than]
    name, value = next(iter(than.items()))
    inside = f"json_extract({alias}.value, '$.\"{name}\"')"
    return f"CASE {alias}.type WHEN 'object' THEN COALESCE({inside} {sign} %s, 0) ELSE 0 END", [value]


def _divided(alias: str, wanted: Divided) -> Sql:
    whole = f"CAST({alias}.value AS INTEGER) %% {wanted.divisor} = {wanted.remainder}"
    return f"({alias}.type IN {_NUMBERS} AND {whole})", []


_TRUNCATED = "CAST({it}.value AS INTEGER) = {it}.value"
_TYPES = {
    "number": "{it}.type IN ('integer', 'real')",
    "double": f"({{it}}.type IN {_NUMBERS} AND NOT {_TRUNCATED})",
    "int": f"({{it}}.type IN {_NUMBERS} AND {_TRUNCATED} AND abs({{it}}.value) <= {INT})",
    "long": f"({{it}}.type IN {_NUMBERS} AND {_TRUNCATED} AND abs({{it}}.value) > {INT})",
    "string": "{it}.type = 'text'",
    "array": "{it}.type = 'array'",
    "bool": "{it}.type IN ('true', 'false')",
    "null": "{it}.type = 'null'",
    "date": "({it}.type = 'object' AND substr({it}.value, 1, 8) = '{{\"$date\"')",
    "objectId": "({it}.type = 'object' AND substr({it}.value, 1, 7) = '{{\"$oid\"')",
    "object": "({it}.type = 'object' AND substr({it}.value, 1, 3) <> '{{\"$')",
}

# --- What sorts, as MongoDB has it --------------------------------------------------------------------------


_EMPTY = '[{"$empty":1}]'  # stands for an array without elements, beside arrays that are elements


def sort_rows(holder: str, hop: Hop, alias: str) -> tuple[str, tuple[str, str, str]]:
    """For FROM, the values to sort by: of an array its elements. Then type, number and text of each."""
    it = member(holder, hop)
    items = (
        f"CASE WHEN {is_missing(holder, hop)} THEN '[]' WHEN {_type(holder, hop)} <> 'array'"
        f" THEN {_twice(holder, hop)} WHEN {it} = '[]' THEN '{_EMPTY}' ELSE {it} END"
    )
    kind, value = f"{alias}.type", f"{alias}.value"
    rank = (
        f"CASE {kind} WHEN 'null' THEN 1 WHEN 'integer' THEN 2 WHEN 'real' THEN 2 WHEN 'text' THEN 3"
        f" WHEN 'array' THEN 5 WHEN 'object' THEN CASE substr({value}, 1, 4)"
        f" WHEN '{{\"$e' THEN 0 WHEN '{{\"$d' THEN 9 WHEN '{{\"$o' THEN 7 ELSE 4 END ELSE 8 END"
    )
    number = (
        f"CASE WHEN {kind} IN ('integer', 'real', 'true', 'false') THEN {value}"
        f" WHEN {kind} = 'object' THEN json_extract({value}, '$.\"$date\"') END"
    )
    text = f"CASE WHEN {kind} IN ('text', 'object', 'array') THEN {value} END"
    return f"json_each({items}) AS {alias}", (rank, number, text)


def as_json(alias: str) -> str:
    """Of the value that an alias stands for."""
    value = f"{alias}.value"
    return (
        f"CASE {alias}.type WHEN 'text' THEN json_quote({value}) WHEN 'true' THEN 'true' WHEN 'false'"
        f" THEN 'false' WHEN 'null' THEN 'null' ELSE {value} END"
    )


def _keys(parts: Parts) -> str:
    return quoted("$" + "".join(f'."{part}"' for part in parts))


def packed(holder: str, parts: Parts, whole: bool) -> str:
    """By keys alone, in an array's text; NULL for nothing, or null where it is `whole`."""
    path = _keys(parts)
    found = f"json_extract({holder}, {path}, {path})"
    return found if whole else f"CASE WHEN json_type({holder}, {path}) IS NOT NULL THEN {found} END"


def is_array(holder: str, parts: Parts) -> str:
    """By keys alone."""
    return f"json_type({holder}, {_keys(parts)}) = 'array'"


def number_at(holder: str, parts: Parts) -> str:
    """NULL for what is none."""
    path = _keys(parts)
    return f"CASE WHEN json_type({holder}, {path}) IN {_NUMBERS} THEN json_extract({holder}, {path}) END"
