"""Documents and filters at random, of few names and values, so that they meet.

Most filters are about something that stands in one of the documents.
"""

import math
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from bson import ObjectId

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NAMES = ("a", "b", "c")
# Without 0 and 1, which are False and True to Python, and so to mongomock.
SCALARS: tuple[Any, ...] = (
    *(None, True, False, 2, 3, 4, -2, 2.5, 1_000_000_000_000, "", "x", "xy", "Yx", "7", "é"),
    *({"$date": 0}, {"$date": 86_400_000}, {"$oid": "0123456789abcdef01234567"}),
)
PATTERNS = ("x", "^x", "y$", "^X", "[7y]", "^$", ".x", "é|7", "^.{2}$", "x?y")
TYPES = ("string", "object", "array", "bool", "date", "objectId", "number", "double", "int")

Document = dict[str, Any]
Spot = tuple[str, Any]  # a path, and what is there


def is_object(value: Any) -> bool:
    return isinstance(value, dict) and not next(iter(value), "").startswith("$")


class Cases:
    """`documents`: what the filters are about."""

    def __init__(self, seed: int, count: int) -> None:
        self.chance = random.Random(seed)
        self.documents: list[Document] = [{"_id": at, **self.object(0)} for at in range(count)]

    def value(self, depth: int = 0) -> Any:
        """Nested three deep at most."""
        kind = self.chance.random()
        if depth >= 3 or kind < 0.45:
            return self.chance.choice(SCALARS)
        if kind < 0.75:
            return [self.value(depth + 1) for _ in range(self.chance.choice((0, 1, 2, 2, 3)))]
        return self.object(depth + 1)

    def object(self, depth: int) -> Document:
        return {name: self.value(depth) for name in NAMES if self.chance.random() < 0.75}

    def spot(self, wanted: Callable[[Any], bool] = lambda value: True) -> Spot:
        """One that there is in a document."""
        while True:
            path, value = self.walk(self.chance.choice([each for each in self.documents if len(each) > 1]))
            if wanted(value):
                return path, value

    def walk(self, document: Document, by_index: float = 0.2) -> Spot:
        """One that there is in this document. `by_index`: how often a path says which of an array's elements
        it means; where it does not, the value is one of several that the path leads to."""
        value: Any = {name: each for name, each in document.items() if name != "_id"}
        path: list[str] = []
        while True:
            if is_object(value):
                name = self.chance.choice(sorted(value))
                path, value = [*path, name], value[name]
            else:
                at = self.chance.randrange(len(value))
                path += [str(at)] if self.chance.random() < by_index else []
                value = value[at]
            if not (is_object(value) or is_list(value)) or not value or self.chance.random() < 0.4:
                return ".".join(path), value

    def filter(self, operator: str) -> Document:
        """One that has the operator in it."""
        if operator in ("$and", "$or", "$nor"):
            others = ("$ne", "$nin", "$exists") if operator == "$and" else ("$eq", "$gt", "$lte", "$type")
            return {
                operator: [self.filter(self.pick("$eq", "$in", "$type")), self.filter(self.pick(*others))]
            }
        path, value = self.spot(WANTED.get(operator, lambda value: True))
        options = {"$options": "i"} if operator == "$regex" and self.chance.random() < 0.4 else {}
        return {path: {operator: ARGUMENTS[operator](self, value)} | options}

    def pick(self, *values: Any) -> Any:
        return self.chance.choice(values)

    def less(self, value: Any) -> Any:
        """Often: then what stands there is greater."""
        if isinstance(value, str):
            return value[: self.pick(-1, None)]
        return value - self.pick(0, 1, 2) if is_number(value) else False if value is True else value

    def more(self, value: Any) -> Any:
        if isinstance(value, str):
            return value + self.pick("", "a")
        return value + self.pick(0, 1, 2) if is_number(value) else True if value is False else value

    def pattern(self, value: str) -> str:
        return self.pick(*PATTERNS, *(("^" + value[0], value[-1] + "$") if value else ("^$",)) * 3)

    def among(self, value: Any) -> list[Any]:
        return [value, *(self.spot()[1] for _ in range(self.chance.randrange(3)))]

    def every(self, value: list[Any]) -> list[Any]:
        return [self.pick(*value) for _ in range(self.pick(1, 2))]

    def negated(self, value: Any) -> Document:
        operator = self.pick("$gt", "$in", "$exists", "$type", "$lte")
        argument = value if WANTED.get(operator, is_scalar)(value) else self.pick(2, "x")
        return {operator: ARGUMENTS[operator](self, argument)}

    def rest(self, value: float) -> list[int]:
        """Of a division: mostly of this value's."""
        divisor = self.pick(2, 3, 4, -3)
        return [divisor, self.pick(int(math.fmod(math.trunc(value), divisor)), 1)]

    def element(self, value: list[Any]) -> Document:
        element = self.pick(*value)
        if is_object(element):
            name = self.pick(*(element or NAMES))
            return {name: element.get(name, 2)}
        if is_scalar(element):
            return {"$gte": element} if self.chance.random() < 0.5 else {"$lte": element, "$exists": True}
        return {"$eq": element}


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_scalar(value: Any) -> bool:
    return value is not None and not isinstance(value, list) and not is_object(value)


def is_comparable(value: Any) -> bool:
    return is_scalar(value) and not (isinstance(value, dict) and "$oid" in value)


def is_list(value: Any) -> bool:
    return isinstance(value, list) and bool(value)


def is_text(value: Any) -> bool:
    return isinstance(value, str)


def itself(cases: Cases, value: Any) -> Any:
    return value


ARGUMENTS: dict[str, Callable[[Cases, Any], Any]] = {
    "$eq": itself,
    "$ne": itself,
    "$gt": Cases.less,
    "$gte": Cases.less,
    "$lt": Cases.more,
    "$lte": Cases.more,
    "$in": Cases.among,
    "$nin": Cases.among,
    "$all": Cases.every,
    "$exists": lambda cases, value: cases.pick(True, False),
    "$size": lambda cases, value: cases.pick(len(value), 1, 2),
    "$type": lambda cases, value: cases.pick(*TYPES),
    "$regex": Cases.pattern,
    "$not": Cases.negated,
    "$elemMatch": Cases.element,
    "$mod": Cases.rest,
}
WANTED: dict[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("$gt", "$gte", "$lt", "$lte"), is_comparable),
    **dict.fromkeys(("$all", "$elemMatch", "$size"), is_list),
    "$regex": is_text,
    "$mod": is_number,
}
OPERATORS = (*ARGUMENTS, "$and", "$or", "$nor")


def as_mongo(value: Any) -> Any:
    """The same in the types that mongomock takes."""
    if isinstance(value, dict):
        if "$date" in value:
            return EPOCH + timedelta(milliseconds=value["$date"])
        if "$oid" in value:
            return ObjectId(value["$oid"])
        return {name: as_mongo(each) for name, each in value.items()}
    return [as_mongo(each) for each in value] if isinstance(value, list) else value


def from_mongo(value: Any) -> Any:
    """And back."""
    if isinstance(value, datetime):
        return {"$date": int((value - EPOCH) / timedelta(milliseconds=1))}
    if isinstance(value, ObjectId):
        return {"$oid": str(value)}
    if isinstance(value, dict):
        return {name: from_mongo(each) for name, each in value.items()}
    return [from_mongo(each) for each in value] if isinstance(value, list) else value
