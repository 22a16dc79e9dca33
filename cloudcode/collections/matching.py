"""Whether a value that is here already meets a condition.

It is what `compiling.py` says in SQL: of elements that an update takes out, and of rows that an aggregation
made.
"""

import math
from typing import Any

from cloudcode.collections import effort, functions
from cloudcode.collections.conditions import (
    Absent,
    Among,
    Compared,
    Condition,
    Either,
    Element,
    Every,
    Field,
    Matching,
    Near,
    Null,
    Present,
    Sized,
    Test,
    Typed,
    Without,
)
from cloudcode.collections.keys import rank_of
from cloudcode.collections.ordering import comparable, equal
from cloudcode.collections.paths import MISSING, Parts, reached
from cloudcode.collections.types import INT
from cloudcode.collections.values import as_script_gave, is_special
from cloudcode.sandbox.running import Refused


def meets(value: Any, condition: Condition) -> bool:
    """`value`: a document, or where the condition says so a value. Raises Refused."""
    effort.look()
    if isinstance(condition, Every):
        return all(meets(value, part) for part in condition.parts)
    if isinstance(condition, Either):
        return any(meets(value, part) for part in condition.parts)
    if isinstance(condition, Without):
        return not meets(value, condition.part)
    if isinstance(condition, (Field, Present, Absent, Sized, Near)):
        return isinstance(value, dict) and not is_special(value) and _field_meets(value, condition)
    if isinstance(condition, Element):
        return _has_element(value, condition)
    return passes(value, condition)


def _field_meets(document: dict[str, Any], condition: Field | Present | Absent | Sized | Near) -> bool:
    found = reached(document, condition.parts)
    if isinstance(condition, Absent):
        return any(each is MISSING for each in found)
    values = [each for each in found if each is not MISSING]
    if isinstance(condition, Present):
        return bool(values)
    if isinstance(condition, Sized):
        return any(isinstance(each, list) and len(each) == condition.size for each in values)
    if isinstance(condition, Near):
        return any(_is_near(each, condition) for each in values)
    return any(passes(each, condition.test) for each in _with_elements(values))


def _with_elements(values: list[Any]) -> list[Any]:
    return values + [each for value in values if isinstance(value, list) for each in value]


def _is_near(value: Any, near: Near) -> bool:
    metres = functions.metres(as_script_gave(value), near.longitude, near.latitude)
    return metres is not None and near.least <= metres <= near.most


def _has_element(value: Any, condition: Element) -> bool:
    arrays = [value] if condition.parts is None else _values(value, condition.parts)
    elements = [each for array in arrays if isinstance(array, list) for each in array]
    if condition.of_objects:
        elements = [each for each in elements if isinstance(each, dict) and not is_special(each)]
    return any(meets(each, condition.condition) for each in elements)


def _values(value: Any, parts: Parts) -> list[Any]:
    if not isinstance(value, dict):
        return []
    return [each for each in reached(value, parts) if each is not MISSING]


def passes(value: Any, test: Test) -> bool:
    """Whether this one value passes. Raises Refused."""
    effort.look()
    if isinstance(test, Among):
        return any(equal(value, each) for each in test.values)
    if isinstance(test, Null):
        return value is None
    if isinstance(test, Compared):
        return rank_of(value) == rank_of(test.than) and _compared(value, test)
    if isinstance(test, Matching):
        return isinstance(value, str) and matches(test, value)
    if isinstance(test, Typed):
        return any(name in test.names for name in type_names(value))
    return _is_number(value) and math.fmod(math.trunc(value), test.divisor) == test.remainder


def _compared(value: Any, test: Compared) -> bool:
    one, other = comparable(value), comparable(test.than)
    if test.operator in ("$gt", "$gte"):
        return one > other or (test.operator == "$gte" and one == other)
    return one < other or (test.operator == "$lte" and one == other)


def matches(test: Matching, text: str) -> bool:
    try:
        return functions.matches(test.pattern, test.flags, text)
    except TimeoutError:
        raise Refused("a regular expression took too long") from None


def type_names(value: Any) -> tuple[str, ...]:
    if value is None:
        return ("null",)
    if _is_number(value):
        whole = float(value).is_integer()
        return ("number", "double" if not whole else "int" if abs(value) <= INT else "long")
    if isinstance(value, dict):
        return ("date" if "$date" in value else "objectId" if "$oid" in value else "object",)
    return ("bool" if isinstance(value, bool) else "string" if isinstance(value, str) else "array",)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
