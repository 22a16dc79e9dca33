"""Reads MongoDB's filters. What is not known is refused by its name."""

from collections.abc import Callable, Mapping
from typing import Any

from cloudcode.collections import effort, functions, near, values
from cloudcode.collections.conditions import (
    Absent,
    Among,
    Compared,
    Condition,
    Divided,
    Either,
    Element,
    Every,
    Field,
    Matching,
    Null,
    Present,
    Sized,
    Test,
    Typed,
    Without,
)
from cloudcode.collections.paths import Parts, parts_of
from cloudcode.collections.types import NAMES, type_name
from cloudcode.sandbox.running import Refused

MOST = 500  # conditions of one filter
MOST_VALUES = 10_000  # of one $in
DEEPEST = 20
LONGEST_PATTERN = 1_000

NOTHING = Either()
EVERYTHING = Every()


def read_filter(given: Any) -> Condition:
    """None is everything. Raises Refused."""
    return Reading().filter({} if given is None else given, 0)


def is_operators(given: Any) -> bool:
    """Whether an object says what a value should be like, rather than what it is."""
    return isinstance(given, dict) and next(iter(given), "").startswith("$") and not _is_value(given)


def _is_value(given: Mapping[str, Any]) -> bool:
    return len(given) == 1 and next(iter(given)) in values.SPECIAL


class Reading:
    """One filter, whose conditions are counted."""

    def __init__(self) -> None:
        self._count = 0

    def filter(self, given: Any, depth: int) -> Condition:
        if not isinstance(given, dict):
            raise Refused("a query is an object")
        if depth > DEEPEST:
            raise Refused(f"the query is nested deeper than {DEEPEST} levels")
        return _every(self._entry(name, wanted, depth) for name, wanted in given.items())

    def _entry(self, name: str, wanted: Any, depth: int) -> Condition:
        self._counted()
        if not name.startswith("$"):
            return self.field(parts_of(name), wanted, depth)
        if name == "$comment":
            return EVERYTHING
        if name not in ("$and", "$or", "$nor"):
            raise Refused(f"{name[:40]} is not available in queries")
        if not isinstance(wanted, list) or not wanted:
            raise Refused(f"{name} needs a list of queries")
        parts = tuple(self.filter(each, depth + 1) for each in wanted)
        return Every(parts) if name == "$and" else Either(parts) if name == "$or" else Without(Either(parts))

    def field(self, parts: Parts, wanted: Any, depth: int) -> Condition:
        if not is_operators(wanted):
            return _equal(parts, wanted)
        if near.is_near(wanted):
            return near.read(parts, wanted)
        return _every(self.operator(parts, name, wanted, depth) for name in wanted)

    def operator(self, parts: Parts | None, name: str, wanted: Mapping[str, Any], depth: int) -> Condition:
        """`parts` None: of the value in question."""
        self._counted()
        given = wanted[name]
        if name in _NEGATED:
            return Without(self.operator(parts, _NEGATED[name], {_NEGATED[name]: given}, depth))
        if name == "$not":
            return Without(self._negated(parts, given, depth))
        if name == "$elemMatch":
            return self._element(parts, given, depth)
        if name == "$all":
            return self._all(parts, given, depth)
        if name == "$options" and "$regex" in wanted:
            return EVERYTHING
        if name == "$regex":
            return _of(parts, _pattern(given, wanted.get("$options", "")))
        if name not in _PLAIN:
            raise Refused(f"{name[:40]} is not available in queries")
        return _PLAIN[name](parts, name, given)

    def _negated(self, parts: Parts | None, given: Any, depth: int) -> Condition:
        if not is_operators(given) or depth > DEEPEST:
            raise Refused("$not needs operators or a regular expression")
        return _every(self.operator(parts, name, given, depth + 1) for name in given)

    def _element(self, parts: Parts | None, given: Any, depth: int) -> Condition:
        if not isinstance(given, dict) or depth > DEEPEST:
            raise Refused("$elemMatch needs an object")
        if is_operators(given) and not {"$and", "$or", "$nor"}.intersection(given):
            condition = _every(self.operator(None, name, given, depth + 1) for name in given)
            return Element(parts, condition, of_objects=False)
        return Element(parts, self.filter(given, depth + 1), of_objects=True)

    def _all(self, parts: Parts | None, given: Any, depth: int) -> Condition:
        if not isinstance(given, list):
            raise Refused("$all needs a list")
        return _every(self._one_of_all(parts, each, depth) for each in given) if given else NOTHING

    def _one_of_all(self, parts: Parts | None, given: Any, depth: int) -> Condition:
        self._counted()
        if isinstance(given, dict) and "$elemMatch" in given:
            return self._element(parts, given["$elemMatch"], depth)
        return _equal(parts, given)

    def _counted(self) -> None:
        self._count += 1
        if self._count > MOST:
            raise Refused(f"more than {MOST} conditions in one query")


def _every(parts: Any) -> Condition:
    found = tuple(parts)
    return found[0] if len(found) == 1 else Every(found)


def _of(parts: Parts | None, test: Test) -> Condition:
    return test if parts is None else Field(parts, test)


def _null(parts: Parts | None) -> Condition:
    return Null() if parts is None else Either((Field(parts, Null()), Absent(parts)))


def _equal(parts: Parts | None, wanted: Any) -> Condition:
    if isinstance(wanted, dict) and "$regex" in wanted:
        return _of(parts, _pattern(wanted["$regex"], wanted.get("$options", "")))
    wanted = values.value(wanted)
    return _null(parts) if wanted is None else _of(parts, Among((wanted,)))


def _compare(parts: Parts | None, operator: Any, given: Any) -> Condition:
    than = values.value(given)
    if than is None:
        return _null(parts) if operator in ("$gte", "$lte") else NOTHING
    if isinstance(than, list) or (isinstance(than, dict) and not values.is_special(than)):
        raise Refused(f"{operator} compares no arrays and objects")
    return _of(parts, Compared(operator, than))


def _in(parts: Parts | None, name: str, given: Any) -> Condition:
    if not isinstance(given, list) or len(given) > MOST_VALUES:
        raise Refused(f"$in and $nin need a list, of {MOST_VALUES} values at most")
    found: list[Condition] = []
    wanted: list[Any] = []
    for each in given:
        if isinstance(each, dict) and "$regex" in each:
            found.append(_equal(parts, each))
        else:
            wanted.append(values.value(each))
    if len(found) > MOST:
        raise Refused(f"more than {MOST} regular expressions in one list")
    if others := tuple(each for each in wanted if each is not None):
        found.append(_of(parts, Among(others)))
    if len(others) < len(wanted):
        found.append(_null(parts))
    return found[0] if len(found) == 1 else Either(tuple(found))


def _exists(parts: Parts | None, name: str, given: Any) -> Condition:
    if parts is None:
        return EVERYTHING if given else NOTHING
    return Present(parts) if given else Without(Present(parts))


def _size(parts: Parts | None, name: str, given: Any) -> Condition:
    if isinstance(given, bool) or not isinstance(given, (int, float)) or given != int(given) or given < 0:
        raise Refused("$size needs a whole number")
    if parts is None:
        raise Refused("$size is not available in an $elemMatch of values")
    return Sized(parts, int(given))


def _type(parts: Parts | None, name: str, given: Any) -> Condition:
    names = tuple(type_name(each) for each in (given if isinstance(given, list) else [given]))
    if not names:
        raise Refused(f"$type needs one of {', '.join(NAMES)}")
    return _of(parts, Typed(names))


def _mod(parts: Parts | None, name: str, given: Any) -> Condition:
    if not isinstance(given, list) or len(given) != 2:
        raise Refused("$mod needs a divisor and a remainder")
    divisor, remainder = (int(values.number(each)) for each in given)
    if divisor == 0:
        raise Refused("$mod cannot divide by 0")
    return _of(parts, Divided(divisor, remainder))


def _pattern(given: Any, options: Any) -> Matching:
    effort.look()  # each takes a few milliseconds to read
    if not isinstance(given, str) or not isinstance(options, str) or len(given) > LONGEST_PATTERN:
        raise Refused(f"$regex needs a text of {LONGEST_PATTERN} characters at most")
    if unknown := set(options) - set("imsxgu"):
        raise Refused(f"$options knows no {min(unknown)}")
    flags = "".join(sorted(set(options) & set("imsx")))
    try:
        functions.compiled(values.value(given), flags)
    except ValueError as fault:
        raise Refused(f"$regex: {fault}") from None
    return Matching(given, flags)


Plain = Callable[[Parts | None, str, Any], Condition]
_NEGATED = {"$ne": "$eq", "$nin": "$in"}
_PLAIN: dict[str, Plain] = {
    "$eq": lambda parts, name, given: _equal(parts, given),
    "$gt": _compare,
    "$gte": _compare,
    "$lt": _compare,
    "$lte": _compare,
    "$in": _in,
    "$exists": _exists,
    "$size": _size,
    "$type": _type,
    "$mod": _mod,
}
