"""Pieces of SQL about JSONB. An object or a value is named by an expression, given as text."""

import re
from typing import Any, Final

from cloudcode.collections.conditions import Among, Compared, Divided, Matching, Null, Test, Typed
from cloudcode.collections.keys import BOOLEAN, NUMBER, TEXT, rank_of
from cloudcode.collections.literals import quoted
from cloudcode.collections.paths import Hop, Parts
from cloudcode.collections.types import INT
from cloudcode.collections.values import canonical
from realtime.sql import Sql

_ESCAPE = re.compile(r"\\.", re.DOTALL)
EMPTY: Final = "'[]'::jsonb"
COMPARISONS = {"$gt": ">", "$gte": ">=", "$lt": "<", "$lte": "<="}


def member(holder: str, hop: Hop) -> str:
    """The value; NULL where there is none, also for an index into what is no array."""
    name, indexes = hop
    found = f"({holder} -> {quoted(name)}::text)"
    for each in indexes:  # of a scalar the first element would be itself
        found = f"(CASE jsonb_typeof({found}) WHEN 'array' THEN {found} -> {each} END)"
    return found


def is_missing(holder: str, hop: Hop) -> str:
    return f"{member(holder, hop)} IS NULL"


def is_scalar(holder: str, hop: Hop) -> str:
    """Whether the value is there, and nothing can be inside it."""
    it = member(holder, hop)
    return f"(jsonb_typeof({it}) NOT IN ('object', 'array') OR {_is_special(it)})"


def objects(holder: str, hop: Hop, alias: str) -> tuple[str, str, str]:
    """The value if it is an object, an array's elements that are: for FROM, for WHERE, and its name."""
    it = member(holder, hop)
    items = (
        f"CASE jsonb_typeof({it}) WHEN 'array' THEN {it} WHEN 'object' THEN jsonb_build_array({it})"
        f" ELSE {EMPTY} END"
    )
    value = f"{alias}.value"
    where = f"jsonb_typeof({value}) = 'object' AND NOT {_is_special(value)}"
    return f"jsonb_array_elements({items}) AS {alias}(value)", where, value


def leaves(holder: str, hop: Hop, alias: str) -> str:
    """The value and, of an array, its elements: for FROM."""
    it = member(holder, hop)
    items = (
        f"CASE WHEN {it} IS NULL THEN {EMPTY} WHEN jsonb_typeof({it}) = 'array'"
        f" THEN {it} || jsonb_build_array({it}) ELSE jsonb_build_array({it}) END"
    )
    return f"jsonb_array_elements({items}) AS {alias}(value)"


def elements(holder: str, hop: Hop, alias: str) -> str:
    """Of an array alone."""
    return array_elements(member(holder, hop), alias)


def inner_elements(outer: str, alias: str) -> str:
    """Of the array that an alias of these functions stands for."""
    return array_elements(f"{outer}.value", alias)


def array_elements(it: str, alias: str) -> str:
    items = f"CASE jsonb_typeof({it}) WHEN 'array' THEN {it} ELSE {EMPTY} END"
    return f"jsonb_array_elements({items}) AS {alias}(value)"


def element_object(alias: str) -> tuple[str, str]:
    """Whether it is an object, and how it is named."""
    return (
        f"(jsonb_typeof({alias}.value) = 'object' AND NOT {_is_special(f'{alias}.value')})",
        f"{alias}.value",
    )


def sized(holder: str, hop: Hop, size: int) -> str:
    it = member(holder, hop)
    return f"CASE WHEN jsonb_typeof({it}) = 'array' THEN jsonb_array_length({it}) = {size} ELSE FALSE END"


def _is_special(it: str) -> str:
    return f"({it} ?| ARRAY['$date', '$oid'])"


# --- Tests of the value that an alias stands for ------------------------------------------------------------


def test(alias: str, wanted: Test) -> Sql:
    it = f"{alias}.value"
    if isinstance(wanted, Among):
        return _among(it, wanted.values)
    if isinstance(wanted, Null):
        return f"jsonb_typeof({it}) = 'null'", []
    if isinstance(wanted, Compared):
        return _compared(it, wanted)
    if isinstance(wanted, Matching):
        pattern = f"(?{_flags(wanted.flags)}){_ESCAPE.sub(_translated, wanted.pattern)}"
        return f"(jsonb_typeof({it}) = 'string' AND {_text(it)} ~ %s::text)", [pattern]
    if isinstance(wanted, Typed):
        return f"({' OR '.join(_TYPES[name].format(it=it) for name in wanted.names)})", []
    return _divided(it, wanted)


def _among(it: str, values: tuple[Any, ...]) -> Sql:
    if len(values) == 1:
        return f"{it} = %s::jsonb", [canonical(values[0])]
    return f"{it} = ANY (ARRAY(SELECT jsonb_array_elements(%s::jsonb)))", [canonical(values)]


def _compared(it: str, wanted: Compared) -> Sql:
    sign, rank, than = COMPARISONS[wanted.operator], rank_of(wanted.than), wanted.than
    if rank in (NUMBER, BOOLEAN):
        kind = "number" if rank == NUMBER else "boolean"
        return f"(jsonb_typeof({it}) = '{kind}' AND {it} {sign} %s::jsonb)", [canonical(than)]
    if rank == TEXT:
        return f"(jsonb_typeof({it}) = 'string' AND {_text(it)} COLLATE \"C\" {sign} %s::text)", [than]
    name, value = next(iter(than.items()))
    inside = f"{it} -> '{name}'"
    if name == "$date":
        return f"(jsonb_typeof({inside}) = 'number' AND ({inside}) {sign} %s::jsonb)", [canonical(value)]
    return f"(jsonb_typeof({inside}) = 'string' AND {_text(inside)} COLLATE \"C\" {sign} %s::text)", [value]


def _divided(it: str, wanted: Divided) -> Sql:
    whole = f"mod(trunc(({it})::numeric), {wanted.divisor}) = {wanted.remainder}"
    return f"CASE WHEN jsonb_typeof({it}) = 'number' THEN {whole} ELSE FALSE END", []


def _text(it: str) -> str:
    return f"(({it}) #>> '{{}}')"


def _translated(escape: "re.Match[str]") -> str:
    """The end of a word has another name here."""
    return {"\\b": "\\y", "\\B": "\\Y"}.get(escape[0], escape[0])


def _flags(flags: str) -> str:
    """Of PostgreSQL's: by `s` a dot matches a line's end, by `n` ^ and $ match at lines, by `w` both."""
    lines = "w" if {"m", "s"} <= set(flags) else "n" if "m" in flags else "s" if "s" in flags else "p"
    return lines + "".join(each for each in flags if each in "ix")


_NUMERIC = "CASE WHEN jsonb_typeof({it}) = 'number' THEN %s ELSE FALSE END"
_TRUNCATED = "trunc(({it})::numeric) = ({it})::numeric"
_TYPES = {
    "number": "jsonb_typeof({it}) = 'number'",
    "double": _NUMERIC % f"NOT {_TRUNCATED}",
    "int": _NUMERIC % f"{_TRUNCATED} AND abs(({{it}})::numeric) <= {INT}",
    "long": _NUMERIC % f"{_TRUNCATED} AND abs(({{it}})::numeric) > {INT}",
    "string": "jsonb_typeof({it}) = 'string'",
    "array": "jsonb_typeof({it}) = 'array'",
    "bool": "jsonb_typeof({it}) = 'boolean'",
    "null": "jsonb_typeof({it}) = 'null'",
    "date": "jsonb_typeof({it} -> '$date') IS NOT NULL",
    "objectId": "jsonb_typeof({it} -> '$oid') IS NOT NULL",
    "object": "(jsonb_typeof({it}) = 'object' AND NOT ({it} ?| ARRAY['$date', '$oid']))",
}

# --- What sorts, as MongoDB has it --------------------------------------------------------------------------


def sort_rows(holder: str, hop: Hop, alias: str) -> tuple[str, tuple[str, str, str]]:
    """For FROM, the values to sort by: of an array its elements. Then type, number and text of each."""
    it = member(holder, hop)
    items = (
        f"CASE WHEN {it} IS NULL THEN {EMPTY} WHEN jsonb_typeof({it}) <> 'array' THEN jsonb_build_array({it})"
        f" WHEN jsonb_array_length({it}) = 0 THEN jsonb_build_array({it}) ELSE {it} END"
    )
    value = f"{alias}.value"
    rank = (
        f"CASE jsonb_typeof({value}) WHEN 'null' THEN 1 WHEN 'number' THEN 2 WHEN 'string' THEN 3"
        f" WHEN 'boolean' THEN 8 WHEN 'array' THEN CASE WHEN {it} = {EMPTY} THEN 0 ELSE 5 END"
        f" ELSE CASE WHEN {value} ? '$date' THEN 9 WHEN {value} ? '$oid' THEN 7 ELSE 4 END END"
    )
    number = (
        f"CASE jsonb_typeof({value}) WHEN 'number' THEN ({value})::numeric"
        f" WHEN 'boolean' THEN CASE WHEN ({value})::boolean THEN 1 ELSE 0 END"
        f" WHEN 'object' THEN CASE WHEN {value} ? '$date' THEN ({value} -> '$date')::numeric END END"
    )
    text = f'({_text(value)}) COLLATE "C"'
    return f"jsonb_array_elements({items}) AS {alias}(value)", (rank, number, text)


def as_json(alias: str) -> str:
    return f"{alias}.value"


def at(holder: str, parts: Parts) -> str:
    """The value by keys alone, without a look into arrays."""
    for part in parts:
        holder = member(holder, (part, ()))
    return holder


def packed(holder: str, parts: Parts, whole: bool) -> str:
    """In an array's text; NULL for nothing, or null where it is `whole`."""
    it = at(holder, parts)
    return (
        f"jsonb_build_array({it})::text"
        if whole
        else f"CASE WHEN {it} IS NOT NULL THEN jsonb_build_array({it})::text END"
    )


def is_array(holder: str, parts: Parts) -> str:
    """By keys alone."""
    return f"jsonb_typeof({at(holder, parts)}) = 'array'"


def number_at(holder: str, parts: Parts) -> str:
    """NULL for what is none."""
    it = at(holder, parts)
    return f"CASE WHEN jsonb_typeof({it}) = 'number' THEN ({it})::float8 END"
