"""Reads a segment query's tree, and says everything that is wrong with it."""

import math
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from games.models.credentials import SHORT_CODE_PATTERN
from games.sections import Faults
from players.query_conditions import ORDERS, AnyOf, Compared, Condition, Every, Flag, InSegment, Not, Some
from players.query_fields import FIELDS, Kind, QueryField
from players.query_values import Moment, parse_moment, type_of

DEEPEST = 16
CONDITIONS_AT_MOST = 200
VALUES_AT_MOST = 200
STEPS_AT_MOST = 8
LONGEST_TEXT = 500
LARGEST_NUMBER = 2**53

Segments = Mapping[str, Collection[str]]

_EQUAL, _ORDER = {"eq", "ne"}, set(ORDERS)
OPERATORS: dict[Kind, set[str]] = {
    "text": _EQUAL | _ORDER | {"in", "contains", "exists"},
    "json": _EQUAL | _ORDER | {"in", "contains", "exists"},
    "date": _EQUAL | _ORDER | {"exists"},
    "set": _EQUAL | {"in", "contains", "exists"},
    "flag": _EQUAL,
}


class _Refused(Exception):
    """One leaf's first fault."""

    def __init__(self, where: Faults, message: str) -> None:
        super().__init__(message)
        self.where = where
        self.message = message


class Reader:
    """One tree's. A part with a fault reads as None, and the fault is added to `faults`.

    `loads` collects the fields that have to be read for players beforehand.
    """

    def __init__(self, segments: Segments | None = None) -> None:
        self.loads: set[str] = set()
        self._segments = segments
        self._conditions = 0

    def read(self, tree: Any, faults: Faults, depth: int = 0) -> Condition | None:
        self._conditions += 1
        if self._conditions > CONDITIONS_AT_MOST + 1:
            return None
        try:
            return self._condition(tree, faults, depth)
        except _Refused as refused:
            refused.where.add(refused.message)
            return None

    def _condition(self, tree: Any, faults: Faults, depth: int) -> Condition | None:
        if self._conditions > CONDITIONS_AT_MOST:
            raise _Refused(faults, f"more than {CONDITIONS_AT_MOST} conditions")
        if depth > DEEPEST:
            raise _Refused(faults, f"nested deeper than {DEEPEST}")
        match sorted(tree) if isinstance(tree, dict) else None:
            case ["all" | "any" as word]:
                return self._branch(tree[word], Every if word == "all" else Some, faults.at(word), depth)
            case ["not"]:
                inner = self.read(tree["not"], faults.at("not"), depth + 1)
                return None if inner is None else Not(inner)
            case ["is", "segment"]:
                return self._segment(tree["segment"], tree["is"], faults)
            case ["field", "op", "value"]:
                return self._field(tree["field"], tree["op"], tree["value"], faults)
        forms = '"all", "any", "not", "segment" and "is", or "field", "op" and "value"'
        raise _Refused(faults, f"expected an object with {forms}")

    def _branch(
        self, trees: Any, branch: Callable[[tuple[Condition, ...]], Condition], faults: Faults, depth: int
    ) -> Condition:
        if not isinstance(trees, list):
            raise _Refused(faults, "expected a list")
        parts = [self.read(tree, faults.at(index), depth + 1) for index, tree in enumerate(trees)]
        return branch(tuple(part for part in parts if part is not None))

    def _segment(self, code: Any, value: Any, faults: Faults) -> Condition:
        for name, text in (("segment", code), ("is", value)):
            if not isinstance(text, str) or not re.fullmatch(SHORT_CODE_PATTERN, text):
                raise _Refused(faults.at(name), "expected a short code")
        if self._segments is not None and code not in self._segments:
            raise _Refused(faults.at("segment"), f'unknown segment "{code}"')
        if self._segments is not None and value not in self._segments[code]:
            raise _Refused(faults.at("is"), f'segment "{code}" has no value "{value}"')
        return InSegment(code, value)

    def _field(self, name: Any, op: Any, value: Any, faults: Faults) -> Condition:
        field, path = _find_field(name, faults.at("field"))
        if not isinstance(op, str) or op not in OPERATORS[field.kind]:
            operators = ", ".join(sorted(OPERATORS[field.kind]))
            raise _Refused(faults.at("op"), f"expected one of {operators}")
        if field.load is not None:
            self.loads.add(field.name)
        return _condition(field, path, op, _read_value(field.kind, op, value, faults.at("value")))


def _find_field(name: Any, faults: Faults) -> tuple[QueryField, tuple[str, ...]]:
    first, *steps = name.split(".") if isinstance(name, str) else [""]
    field = FIELDS.get(first)
    if field is None or bool(steps) is not (field.kind == "json"):
        known = sorted(each.name + (".<path>" if each.kind == "json" else "") for each in FIELDS.values())
        raise _Refused(faults, f"expected one of {', '.join(known)}")
    if len(steps) > STEPS_AT_MOST or not all(steps):
        raise _Refused(faults, f"expected a path of 1 to {STEPS_AT_MOST} steps")
    if re.search(r'["\\\x00-\x1f]', name):
        raise _Refused(faults, "a path cannot hold quotes, backslashes or control characters")
    return field, tuple(steps)


def _condition(field: QueryField, path: tuple[str, ...], op: str, value: Any) -> Condition:
    if op == "ne":
        return Not(_condition(field, path, "eq", value))
    if field.kind == "flag":
        return Flag(field, value)
    if field.kind != "set":
        return Compared(field, path, op, value)
    if op == "exists":
        return AnyOf(field, None) if value else Not(AnyOf(field, None))
    return AnyOf(field, value if op == "in" else (value,))


def _read_value(kind: Kind, op: str, value: Any, faults: Faults) -> Any:
    if op == "exists":
        return _truth(value, faults)
    if op != "in":
        return _read_one(kind, op, value, faults)
    if not isinstance(value, list) or not 0 < len(value) <= VALUES_AT_MOST:
        raise _Refused(faults, f"expected a list of 1 to {VALUES_AT_MOST} values")
    return tuple(_read_one(kind, op, each, faults.at(index)) for index, each in enumerate(value))


def _read_one(kind: Kind, op: str, value: Any, faults: Faults) -> Any:
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        raise _Refused(faults, f"longer than {LONGEST_TEXT} characters")
    if kind == "date":
        return _moment(value, faults)
    if kind == "json":
        return _json(op, value, faults)
    if kind == "flag":
        return _truth(value, faults)
    if not isinstance(value, str):
        raise _Refused(faults, "expected a text")
    return value


def _truth(value: Any, faults: Faults) -> bool:
    if not isinstance(value, bool):
        raise _Refused(faults, "expected true or false")
    return value


def _moment(value: Any, faults: Faults) -> Moment:
    try:
        return parse_moment(value)
    except (TypeError, ValueError, OverflowError):
        raise _Refused(faults, "expected an ISO time or a duration back from now (-P7D)") from None


def _json(op: str, value: Any, faults: Faults) -> Any:
    given = type_of(value)
    if given == "number" and not (math.isfinite(value) and abs(value) <= LARGEST_NUMBER):
        raise _Refused(faults, "a number too large")
    if given == "text" or given == "number" or (given == "flag" and op not in _ORDER):
        return value
    flag = "" if op in _ORDER else ", true or false"
    raise _Refused(faults, f"expected a text or a number{flag}")
