"""What a condition is about, in SQL: a column, or what stands at a path of a JSON column."""

from typing import Any, Protocol

from players import query_subjects_postgresql, query_subjects_sqlite
from realtime.sql import by_vendor

Sql = tuple[str, list[Any]]


class Subject(Protocol):
    """Each method gives a condition that may be NULL where the value is lacking or of another type."""

    def compare(self, sign: str, value: Any) -> Sql: ...

    def contains(self, value: Any) -> Sql: ...

    def exists(self) -> Sql: ...


_forms = by_vendor(sqlite=query_subjects_sqlite, postgresql=query_subjects_postgresql)


def column(sql: str) -> Subject:
    """An expression of one type, which the query's value is known to have."""
    subject: Subject = _forms.ColumnSubject(sql)
    return subject


def json_path(column: str, path: tuple[str, ...]) -> Subject:
    subject: Subject = _forms.JsonSubject(column, path)
    return subject
