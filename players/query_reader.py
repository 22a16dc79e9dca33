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
_OPERATORS: dict[Kind, set[str]] = {
    "text": _EQUAL | _ORDER | {"in", "contains", "exists"},
    "json": _EQUAL | _ORDER | {"in", "contains", "exists"},
    "date": _EQUAL | _ORDER | {"exists"},
    "set": _EQUAL | {"in", "contains", "exists"},
    "flag": _EQUAL,
}


class Reader:
    """One tree's. A part with a fault reads as None, and the fault is added to `faults`.

    `loads` collects the fields that have to be read for players beforehand.
    """

    def __init__(self, segments: Segments | None = None) -> None:
        self.loads: set[str] = set()
        self._segments = segments
        self._conditions = 0

    def read(self, tree: Any, faults: Faults, depth: int = 0) -> Condition | None:
        if not isinstance(tree, dict):
            return _fault(faults, "expected an object")
        if depth > DEEPEST:
            return _fault(faults, f"nested deeper than {DEEPEST}")
        self._conditions += 1
        if self._conditions == CONDITIONS_AT_MOST + 1:
            return _fault(faults, f"more than {CONDITIONS_AT_MOST} conditions")
        if self._conditions > CONDITIONS_AT_MOST:
            return None
        match sorted(tree):
            case ["all" | "any" as word]:
                return self._branch(tree[word], Every if word == "all" else Some, faults.at(word), depth)
            case ["not"]:
                inner = self.read(tree["not"], faults.at("not"), depth + 1)
                return None if inner is None else Not(inner)
            case ["is", "segment"]:
                return self._segment(tree["segment"], tree["is"], faults)
            case ["field", "op", "value"]:
                return self._field(tree["field"], tree["op"], tree["value"], faults)
        return _fault(
            faults, 'expected "all", "any", "not", "segment" and "is", or "field", "op" and "value"'
        )

    def _branch(
        self, trees: Any, branch: Callable[[tuple[Condition, ...]], Condition], faults: Faults, depth: int
    ) -> Condition | None:
        if not isinstance(trees, list):
            return _fault(faults, "expected a list")
        parts = [self.read(tree, faults.at(index), depth + 1) for index, tree in enumerate(trees)]
        return branch(tuple(part for part in parts if part is not None))

    def _segment(self, code: Any, value: Any, faults: Faults) -> Condition | None:
        known = self._segments
        for name, text in (("segment", code), ("is", value)):
            if not isinstance(text, str) or not re.fullmatch(SHORT_CODE_PATTERN, text):
                return _fault(faults.at(name), "expected a short code")
        if known is not None and code not in known:
            return _fault(faults.at("segment"), f'unknown segment "{code}"')
        if known is not None and value not in known[code]:
            return _fault(faults.at("is"), f'segment "{code}" has no value "{value}"')
        return InSegment(code, value)

    def _field(self, name: Any, op: Any, value: Any, faults: Faults) -> Condition | None:
        field, path = _find_field(name, faults.at("field"))
        if field is None:
            return None
        if not isinstance(op, str) or op not in _OPERATORS[field.kind]:
            return _fault(faults.at("op"), f"expected one of {', '.join(sorted(_OPERATORS[field.kind]))}")
        if field.load is not None:
            self.loads.add(field.name)
        read = _read_value(field.kind, op, value, faults.at("value"))
        return None if read is None else _condition(field, path, op, read)


def _find_field(name: Any, faults: Faults) -> tuple[QueryField | None, tuple[str, ...]]:
    first, *steps = name.split(".") if isinstance(name, str) else [""]
    field = FIELDS.get(first)
    if field is None or bool(steps) is not (field.kind == "json"):
        known = sorted(each.name + (".<path>" if each.kind == "json" else "") for each in FIELDS.values())
        return _fault(faults, f"expected one of {', '.join(known)}"), ()
    if len(steps) > STEPS_AT_MOST or not all(steps):
        return _fault(faults, f"expected a path of 1 to {STEPS_AT_MOST} steps"), ()
    if re.search(r'["\\\x00-\x1f]', name):
        return _fault(faults, "a path cannot hold quotes, backslashes or control characters"), ()
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
        return value if isinstance(value, bool) else _fault(faults, "expected true or false")
    if op != "in":
        return _read_one(kind, op, value, faults)
    if not isinstance(value, list) or not 0 < len(value) <= VALUES_AT_MOST:
        return _fault(faults, f"expected a list of 1 to {VALUES_AT_MOST} values")
    values = [_read_one(kind, op, each, faults.at(index)) for index, each in enumerate(value)]
    return None if None in values else tuple(values)


def _read_one(kind: Kind, op: str, value: Any, faults: Faults) -> Any:
    given = type_of(value)
    if given == "text" and len(value) > LONGEST_TEXT:
        return _fault(faults, f"longer than {LONGEST_TEXT} characters")
    if kind == "date":
        return _read_moment(value, faults)
    if kind == "json":
        return _read_json(op, value, faults)
    wanted = "flag" if kind == "flag" else "text"
    if given != wanted:
        return _fault(faults, "expected true or false" if wanted == "flag" else "expected a text")
    return value


def _read_moment(value: Any, faults: Faults) -> Moment | None:
    try:
        return parse_moment(value)
    except (TypeError, ValueError, OverflowError):
        return _fault(faults, "expected an ISO time or a duration back from now (-P7D)")


def _read_json(op: str, value: Any, faults: Faults) -> Any:
    given = type_of(value)
    if given == "number" and not (math.isfinite(value) and abs(value) <= LARGEST_NUMBER):
        return _fault(faults, "a number too large")
    if given == "text" or given == "number" or (given == "flag" and op not in _ORDER):
        return value
    return _fault(
        faults, "expected a text or a number" if op in _ORDER else "expected a text, a number, true or false"
    )


def _fault(faults: Faults, message: str) -> Any:
    """None, having added the fault."""
    faults.add(message)
    return None
