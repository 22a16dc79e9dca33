"""The form of SQL that this process's database speaks.

Where SQLite and PostgreSQL differ, a module writes both forms side by side; the one in use is chosen when the
module is imported.
"""

from typing import TypeVar

from django.db import connection

T = TypeVar("T")


def by_vendor(*, sqlite: T, postgresql: T) -> T:
    return sqlite if connection.vendor == "sqlite" else postgresql
