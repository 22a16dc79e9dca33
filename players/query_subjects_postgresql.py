"""What stands at a path of a jsonb column, for players.query_subjects, in PostgreSQL's words.

CASE keeps a cast from values of another type: in which order AND joins conditions is the planner's choice.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from players.query_values import type_of
from realtime.sql import Sql

# jsonb_typeof's names of our types.
_TYPES = {"text": "string", "number": "number", "flag": "boolean"}
_LARGEST_WHOLE = 2**63 - 1


@dataclass(frozen=True, slots=True)
class JsonSubject:
    column: str
    path: tuple[str, ...]

    def compare(self, sign: str, value: Any) -> Sql:
        text, params = _of_type(self._found, value, sign)
        return text, [*self._steps(text), *params]

    def contains(self, value: Any) -> Sql:
        found = self._found
        item, params = _of_type("item", value, "=")
        items = f"jsonb_array_elements(CASE jsonb_typeof({found}) WHEN 'array' THEN {found} END)"
        text = f"EXISTS (SELECT 1 FROM {items} item WHERE {item})"
        params = [*self.path, *self.path, *params]
        if isinstance(value, str):
            inside = f"position(%s::text IN {found} #>> '{{}}') > 0"
            text = f"CASE jsonb_typeof({found}) WHEN 'string' THEN {inside} ELSE {text} END"
            params = [*self.path, value, *self.path, *params]
        return text, params

    def exists(self) -> Sql:
        return f"jsonb_typeof({self._found}) <> 'null'", list(self.path)

    @property
    def _found(self) -> str:
        """By key only: a step never names a place in a list."""
        return f"({self.column}{' -> %s::text' * len(self.path)})"

    def _steps(self, text: str) -> list[str]:
        """The path, as often as the text names it."""
        return list(self.path) * text.count(self._found)


def _of_type(found: str, value: Any, sign: str) -> Sql:
    """`found` compared with a value, where it is of the value's type. The value is the last parameter."""
    kind = type_of(value) or "text"
    if kind == "flag":
        compared, given = f"({found} #>> '{{}}')::boolean {sign} %s", value
    elif kind == "number":
        compared, given = f"{_number(found)} {sign} %s::numeric", Decimal(repr(value))
    else:
        compared, given = f"({found} #>> '{{}}') {sign} %s COLLATE \"C\"", value  # by code point
    return f"CASE jsonb_typeof({found}) WHEN '{_TYPES[kind]}' THEN {compared} END", [given]


def _number(found: str) -> str:
    """Beyond 64 bits a number is the float that the rest of Flint reads it as."""
    number = f"({found} #>> '{{}}')::numeric"
    return (
        f"CASE WHEN abs({number}) > {_LARGEST_WHOLE} THEN {number}::float8::text::numeric ELSE {number} END"
    )
