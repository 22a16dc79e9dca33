"""Expressions of aggregations: `"$path"`, constants, and some arithmetic."""

import math
from collections.abc import Callable
from typing import Any

from cloudcode.collections import effort, values
from cloudcode.collections.paths import MISSING, Parts, parts_of
from cloudcode.collections.values import is_special
from cloudcode.sandbox.running import Refused

Expression = Callable[[dict[str, Any]], Any]
DEEPEST = 20


def expression(given: Any, depth: int = 0) -> Expression:
    """A function of a document; MISSING where there is nothing. Raises Refused."""
    if depth > DEEPEST:
        raise Refused("an expression is nested too deep")
    if isinstance(given, str) and given.startswith("$"):
        parts = field_of(given)
        return lambda row: value_at(row, parts)
    if isinstance(given, dict) and next(iter(given), "").startswith("$") and not values_only(given):
        return _operation(given, depth)
    if isinstance(given, dict) and not values_only(given):
        inner = {name: expression(each, depth + 1) for name, each in given.items()}
        return lambda row: _object({name: each(row) for name, each in inner.items()})
    if isinstance(given, list):
        elements = [expression(each, depth + 1) for each in given]
        return lambda row: _array([each(row) for each in elements])
    constant = values.value(given)
    return lambda row: constant


def values_only(given: dict[str, Any]) -> bool:
    return len(given) == 1 and next(iter(given)) in values.SPECIAL


def field_of(given: str) -> Parts:
    """`$a.b` and `$$ROOT.a.b`."""
    path = given.removeprefix("$$ROOT.").removeprefix("$$CURRENT.")
    if path.startswith("$$"):
        raise Refused(f"{path[:40]} is not available in aggregations")
    return parts_of(path.removeprefix("$"))


def value_at(value: Any, parts: Parts) -> Any:
    """An array on the way gives the array of what its objects have."""
    for at, part in enumerate(parts):
        if isinstance(value, list):
            found = [value_at(each, parts[at:]) for each in value if isinstance(each, dict)]
            return [each for each in found if each is not MISSING]
        if not isinstance(value, dict) or is_special(value) or part not in value:
            return MISSING
        value = value[part]
    return value


def _array(made: list[Any]) -> list[Any]:
    effort.look()
    return [None if value is MISSING else value for value in made]


def _object(made: dict[str, Any]) -> dict[str, Any]:
    effort.look()
    return {name: value for name, value in made.items() if value is not MISSING}


def _operation(given: dict[str, Any], depth: int) -> Expression:
    name, wanted = next(iter(given.items()))
    if name == "$literal":
        constant = values.value(wanted)
        return lambda row: constant
    if len(given) != 1 or name not in _OPERATIONS:
        raise Refused(f"{name[:40]} is not available in aggregations")
    operation = _OPERATIONS[name]
    arguments = [expression(each, depth + 1) for each in (wanted if isinstance(wanted, list) else [wanted])]

    def worked_out(row: dict[str, Any]) -> Any:
        effort.look()
        return operation(name, [each(row) for each in arguments])

    return worked_out


def _arithmetic(name: str, given: list[Any]) -> Any:
    if any(each is None or each is MISSING for each in given):
        return None
    if not all(isinstance(each, (int, float)) and not isinstance(each, bool) for each in given):
        raise Refused(f"{name} needs numbers")
    if name == "$add":
        return values.number(math.fsum(given))
    if name == "$multiply":
        return values.number(math.prod(map(float, given)))  # whole numbers would grow without end
    if len(given) != 2:
        raise Refused(f"{name} needs two numbers")
    one, other = given
    if name == "$subtract":
        return values.number(one - other)
    if other == 0:
        raise Refused(f"{name} cannot divide by 0")
    return values.number(one / other if name == "$divide" else math.fmod(one, other))


def _if_null(name: str, given: list[Any]) -> Any:
    return next((each for each in given if each is not None and each is not MISSING), None)


def _concat(name: str, given: list[Any]) -> Any:
    if any(each is None or each is MISSING for each in given):
        return None
    if not all(isinstance(each, str) for each in given):
        raise Refused("$concat needs texts")
    effort.made(sum(map(len, given)))
    return "".join(given)


def _size(name: str, given: list[Any]) -> Any:
    if len(given) != 1 or not isinstance(given[0], list):
        raise Refused("$size needs an array")
    return len(given[0])


_OPERATIONS: dict[str, Callable[[str, list[Any]], Any]] = {
    "$add": _arithmetic,
    "$subtract": _arithmetic,
    "$multiply": _arithmetic,
    "$divide": _arithmetic,
    "$mod": _arithmetic,
    "$ifNull": _if_null,
    "$concat": _concat,
    "$size": _size,
}
