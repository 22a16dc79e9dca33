"""What a condition is about, in SQL: a column, or what stands at a path of a JSON column."""

from dataclasses import dataclass
from typing import Any, Protocol

from players import query_subjects_postgresql, query_subjects_sqlite
from realtime.sql import Sql, by_vendor

__all__ = ["ColumnSubject", "Sql", "Subject", "json_path"]


class Subject(Protocol):
    """Each method gives a condition that may be NULL where the value is lacking or of another type."""

    def compare(self, sign: str, value: Any) -> Sql: ...

    def contains(self, value: Any) -> Sql: ...

    def exists(self) -> Sql: ...


# Texts are compared by code point, whatever the database's language.
_TEXT = by_vendor(sqlite="%s", postgresql='%s COLLATE "C"')
_WITHIN = by_vendor(sqlite="instr({}, %s)", postgresql="position(%s::text IN {})")
_forms = by_vendor(sqlite=query_subjects_sqlite, postgresql=query_subjects_postgresql)


@dataclass(frozen=True, slots=True)
class ColumnSubject:
    """An expression of one type, which the query's value is known to have."""

    sql: str

    def compare(self, sign: str, value: Any) -> Sql:
        return f"{self.sql} {sign} {_TEXT if isinstance(value, str) else '%s'}", [value]

    def contains(self, value: Any) -> Sql:
        return f"{_WITHIN.format(self.sql)} > 0", [value]

    def exists(self) -> Sql:
        return f"({self.sql}) IS NOT NULL", []


def json_path(column: str, path: tuple[str, ...]) -> Subject:
    subject: Subject = _forms.JsonSubject(column, path)
    return subject
