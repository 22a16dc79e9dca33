"""The form of SQL that this process's database speaks.

Where SQLite and PostgreSQL differ, a module writes both forms side by side; the one in use is chosen when the
module is imported.
"""

from typing import TypeVar

from django.db import connection

T = TypeVar("T")


def by_vendor(*, sqlite: T, postgresql: T) -> T:
    return sqlite if connection.vendor == "sqlite" else postgresql


# `column IN_LIST`: a list of texts travels as one JSON parameter.
IN_LIST = by_vendor(
    sqlite="IN (SELECT value FROM json_each(%s))",
    postgresql="IN (SELECT json_array_elements_text(%s::json))",
)
