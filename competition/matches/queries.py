"""Custom queries: a part of MongoDB's query language, read once and then asked of many documents (§8.2.9).

Comparing follows MongoDB: a path goes through arrays, a scalar equals an array that holds it, null equals
what is missing, and types do not mix. Everything that could take long is bounded or missing: there are no
regular expressions and nothing that runs code.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Test = Callable[[Any], bool]  # of the document, or of one operand's values

DEEPEST = 10
MOST_CONDITIONS = 100
MOST_VALUES = 100
LONGEST_PATH = 200  # characters

MISSING = object()


class InvalidQuery(ValueError):
    """The query cannot be read. Says why, for people."""


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """Whether a document is as the query says."""

    accepts: Test


def read_query(document: Mapping[str, Any]) -> Query:
    """Raises InvalidQuery."""
    return Query(_Reader().document(document, 0))


class _Reader:
    def __init__(self) -> None:
        self.conditions = 0

    def document(self, document: Any, depth: int) -> Test:
        if not isinstance(document, Mapping):
            raise InvalidQuery("expected an object")
        if depth > DEEPEST:
            raise InvalidQuery("nested too deeply")
        return _all([self._entry(key, value, depth) for key, value in document.items()])

    def _entry(self, key: str, value: Any, depth: int) -> Test:
        if key in ("$and", "$or", "$nor"):
            parts = [self.document(part, depth + 1) for part in _listed(value, least=1)]
            return _all(parts) if key == "$and" else _any(parts) if key == "$or" else _not(_any(parts))
        if key.startswith("$"):
            raise InvalidQuery(f"unknown operator {key[:40]}")
        if len(key) > LONGEST_PATH:
            raise InvalidQuery("a path is too long")
        test = self._of_path(value, depth)
        steps = key.split(".")
        return lambda document: test(_values(document, steps))

    def _of_path(self, value: Any, depth: int) -> Test:
        if _is_operators(value):
            return _all([self._operator(name, operand, depth) for name, operand in value.items()])
        return self._operator("$eq", value, depth)

    def _operator(self, name: str, operand: Any, depth: int) -> Test:
        self.conditions += 1
        if self.conditions > MOST_CONDITIONS or depth > DEEPEST:
            raise InvalidQuery("too many conditions")
        if name == "$not":
            if not _is_operators(operand):
                raise InvalidQuery("$not takes operators")
            return _not(self._of_path(operand, depth + 1))
        if name == "$elemMatch":
            return self._elements(operand, depth + 1)
        if name not in _OPERATORS:
            raise InvalidQuery(f"unknown operator {name[:40]}")
        return _OPERATORS[name](operand)

    def _elements(self, operand: Any, depth: int) -> Test:
        if _is_operators(operand):
            scalar = self._of_path(operand, depth)
            return _some_array(lambda item: scalar([item]))
        return _some_array(self.document(operand, depth))


# --- what a path leads to ----------------------------------------------------------------------------------


def _values(document: Any, steps: Sequence[str]) -> list[Any]:
    """Every value at the end of the path; MISSING where it leads nowhere."""
    if not steps:
        return [document]
    first, rest = steps[0], steps[1:]
    if isinstance(document, Mapping):
        return _values(document[first], rest) if first in document else [MISSING]
    if isinstance(document, list):
        found = [value for item in document if isinstance(item, Mapping) for value in _values(item, steps)]
        if first.isdecimal() and len(first) < 5 and int(first) < len(document):
            found += _values(document[int(first)], rest)
        return found or [MISSING]
    return [MISSING]


def _candidates(values: Sequence[Any]) -> list[Any]:
    """The values, and what those of them that are arrays hold."""
    return [each for value in values for each in ([value, *value] if isinstance(value, list) else [value])]


# --- operators ---------------------------------------------------------------------------------------------


def _equal(operand: Any) -> Test:
    if operand is None:
        return lambda values: any(value is None or value is MISSING for value in _candidates(values))
    kind = _kind(operand)
    return lambda values: any(_kind(value) == kind and value == operand for value in _candidates(values))


def _compared(holds: Callable[[Any, Any], bool]) -> Callable[[Any], Test]:
    def read(operand: Any) -> Test:
        kind = _kind(operand)
        if kind not in ("number", "text"):
            raise InvalidQuery("only numbers and texts have an order")
        return lambda values: any(
            _kind(value) == kind and holds(value, operand) for value in _candidates(values)
        )

    return read


def _among(operand: Any) -> Test:
    return _any([_equal(value) for value in _listed(operand)])


def _all_of(operand: Any) -> Test:
    wanted = [_equal(value) for value in _listed(operand)]
    return _all(wanted) if wanted else lambda values: False


def _exists(operand: Any) -> Test:
    if not isinstance(operand, bool | int | float):
        raise InvalidQuery("$exists takes true or false")
    return lambda values: any(value is not MISSING for value in values) == bool(operand)


def _sized(operand: Any) -> Test:
    if isinstance(operand, bool) or not isinstance(operand, int) or operand < 0:
        raise InvalidQuery("$size takes a number")
    return lambda values: any(isinstance(value, list) and len(value) == operand for value in values)


def _modulo(operand: Any) -> Test:
    pair = _listed(operand)
    if len(pair) != 2 or any(_kind(each) != "number" for each in pair) or int(pair[0]) == 0:
        raise InvalidQuery("$mod takes a divisor and a remainder")
    divisor, remainder = int(pair[0]), int(pair[1])

    def leaves(value: Any) -> bool:
        whole = abs(int(value)) % abs(divisor)  # the sign is the value's, as in MongoDB
        return (whole if value >= 0 else -whole) == remainder

    return lambda values: any(_kind(value) == "number" and leaves(value) for value in _candidates(values))


def _some_array(accepts: Test) -> Test:
    return lambda values: any(
        isinstance(value, list) and any(accepts(item) for item in value) for value in values
    )


def _not(test: Test) -> Test:
    return lambda subject: not test(subject)


def _all(tests: Sequence[Test]) -> Test:
    if len(tests) == 1:
        return tests[0]
    return lambda subject: all(test(subject) for test in tests)


def _any(tests: Sequence[Test]) -> Test:
    return lambda subject: any(test(subject) for test in tests)


_OPERATORS: Mapping[str, Callable[[Any], Test]] = {
    "$eq": _equal,
    "$ne": lambda operand: _not(_equal(operand)),
    "$gt": _compared(lambda value, operand: value > operand),
    "$gte": _compared(lambda value, operand: value >= operand),
    "$lt": _compared(lambda value, operand: value < operand),
    "$lte": _compared(lambda value, operand: value <= operand),
    "$in": _among,
    "$nin": lambda operand: _not(_among(operand)),
    "$all": _all_of,
    "$exists": _exists,
    "$size": _sized,
    "$mod": _modulo,
}


# --- shapes ------------------------------------------------------------------------------------------------


def _is_operators(value: Any) -> bool:
    """`{"$gt": 1}`, not a document to be equal to. Raises InvalidQuery for a mixture."""
    if not isinstance(value, Mapping) or not value:
        return False
    marked = [key.startswith("$") for key in value]
    if any(marked) and not all(marked):
        raise InvalidQuery("operators beside fields")
    return all(marked)


def _listed(value: Any, least: int = 0) -> list[Any]:
    if not isinstance(value, list) or not least <= len(value) <= MOST_VALUES:
        raise InvalidQuery(f"expected a list of at most {MOST_VALUES}")
    return value


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "flag"
    if isinstance(value, int | float):
        return "number"
    return "text" if isinstance(value, str) else type(value).__name__
