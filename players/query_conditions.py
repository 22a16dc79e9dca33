"""The conditions of a segment query, each as a pure test and as SQL that agrees with it.

The SQL is over the table `players_player`, and never NULL: `NOT` around it means what it says.
"""

import operator
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from players.facts import Recipient
from players.query_fields import QueryField
from players.query_subjects import ColumnSubject, Sql, Subject, json_path
from players.query_values import Moment, contains, ordered, same
from realtime.sql import IN_LIST, encode_list

ORDERS: dict[str, tuple[str, Callable[[Any, Any], bool]]] = {
    "gt": (">", operator.gt),
    "gte": (">=", operator.ge),
    "lt": ("<", operator.lt),
    "lte": ("<=", operator.le),
}


class Condition(Protocol):
    """`now` is in milliseconds: dates may be relative to it."""

    def test(self, recipient: Recipient, now: int) -> bool: ...

    def sql(self, now: int) -> Sql: ...


@dataclass(frozen=True, slots=True)
class Every:
    parts: tuple[Condition, ...]

    def test(self, recipient: Recipient, now: int) -> bool:
        return all(part.test(recipient, now) for part in self.parts)

    def sql(self, now: int) -> Sql:
        return _joined(" AND ", "TRUE", [part.sql(now) for part in self.parts])


@dataclass(frozen=True, slots=True)
class Some:
    parts: tuple[Condition, ...]

    def test(self, recipient: Recipient, now: int) -> bool:
        return any(part.test(recipient, now) for part in self.parts)

    def sql(self, now: int) -> Sql:
        return _joined(" OR ", "FALSE", [part.sql(now) for part in self.parts])


@dataclass(frozen=True, slots=True)
class Not:
    part: Condition

    def test(self, recipient: Recipient, now: int) -> bool:
        return not self.part.test(recipient, now)

    def sql(self, now: int) -> Sql:
        text, params = self.part.sql(now)
        return f"NOT ({text})", params


@dataclass(frozen=True, slots=True)
class InSegment:
    code: str
    value: str

    def test(self, recipient: Recipient, now: int) -> bool:
        return recipient.segments.get(self.code) == self.value

    def sql(self, now: int) -> Sql:
        return _never_null(json_path("players_player.segments", (self.code,)).compare("=", self.value))


@dataclass(frozen=True, slots=True)
class Compared:
    """A text, a date, or what stands at a path of a JSON column, against a value; `ne` is Not of `eq`."""

    field: QueryField
    path: tuple[str, ...]
    op: str
    value: Any

    def test(self, recipient: Recipient, now: int) -> bool:
        actual = self.field.read(recipient)
        for step in self.path:
            actual = actual.get(step) if isinstance(actual, dict) else None
        value = self._value(now)
        if self.op in ORDERS:
            return ordered(ORDERS[self.op][1], actual, value)
        if self.op == "in":
            return any(same(actual, each) for each in value)
        if self.op == "contains":
            return contains(actual, value)
        return (actual is not None) is value if self.op == "exists" else same(actual, value)

    def sql(self, now: int) -> Sql:
        subject: Subject = ColumnSubject(self.field.sql)
        if self.field.kind == "json":
            subject = json_path(self.field.sql, self.path)
        value = self._value(now)
        if self.op in ORDERS:
            return _never_null(subject.compare(ORDERS[self.op][0], value))
        if self.op == "in":
            return _never_null(
                _joined(" OR ", "FALSE", [_never_null(subject.compare("=", each)) for each in value])
            )
        if self.op == "contains":
            return _never_null(subject.contains(value))
        if self.op == "exists":
            text, params = _never_null(subject.exists())
            return (text if value else f"NOT {text}"), params
        return _never_null(subject.compare("=", value))

    def _value(self, now: int) -> Any:
        return self.value.at(now) if isinstance(self.value, Moment) else self.value


@dataclass(frozen=True, slots=True)
class Flag:
    """A truth value that is always there."""

    field: QueryField
    value: bool

    def test(self, recipient: Recipient, now: int) -> bool:
        return bool(self.field.read(recipient)) is self.value

    def sql(self, now: int) -> Sql:
        return (self.field.sql if self.value else f"NOT ({self.field.sql})"), self.field.list_params()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """A set that holds one of the values; without values, a set that holds anything."""

    field: QueryField
    values: tuple[str, ...] | None

    def test(self, recipient: Recipient, now: int) -> bool:
        held = self.field.read(recipient) or ()
        return bool(held) if self.values is None else any(value in held for value in self.values)

    def sql(self, now: int) -> Sql:
        if self.values is None:
            return f"EXISTS ({self.field.sql})", []
        members = f"SELECT 1 FROM ({self.field.sql}) held WHERE value {IN_LIST}"
        return f"EXISTS ({members})", [encode_list(self.values)]


def _never_null(part: Sql) -> Sql:
    return f"coalesce({part[0]}, FALSE)", part[1]


def _joined(word: str, empty: str, parts: Sequence[Sql]) -> Sql:
    texts: Iterable[str] = (f"({text})" for text, _ in parts)
    return word.join(texts) or empty, [param for _, params in parts for param in params]
