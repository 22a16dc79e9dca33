"""The database of a live server: a SQLite file in its folder, or one of its own in the tests' PostgreSQL.

SQL here has `?` for a value, in both.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

import psycopg
from psycopg.rows import dict_row

from tests import backend

FILE = "flint.sqlite3"
Row = dict[str, Any]

_TABLES = """
SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY name
"""


class LiveDatabase(Protocol):
    url: str

    def rows(self, sql: str, *values: Any) -> list[Row]:
        """What the statement finds, read at this moment."""

    def execute(self, sql: str, *values: Any) -> None:
        """Change rows behind the server's back."""

    def tables(self) -> list[str]:
        """The product's own, by name."""

    def copy_to(self, folder: Path, name: str = "") -> "LiveDatabase":
        """Another one with the same rows, in that folder, or in PostgreSQL under that name or a new one."""

    def drop(self) -> None: ...


class SqliteFile:
    def __init__(self, folder: Path) -> None:
        self.file = folder / FILE
        self.url = f"sqlite:///{self.file}"

    def rows(self, sql: str, *values: Any) -> list[Row]:
        with closing(sqlite3.connect(self.file, timeout=10)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(sql, values)]

    def execute(self, sql: str, *values: Any) -> None:
        with closing(sqlite3.connect(self.file, timeout=10)) as connection, connection:
            connection.execute(sql, values)

    def tables(self) -> list[str]:
        names = [row["name"] for row in self.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return own_tables(names)

    def copy_to(self, folder: Path, name: str = "") -> "SqliteFile":
        folder.mkdir(parents=True, exist_ok=True)
        for part in self.file.parent.glob(f"{FILE}*"):
            shutil.copy(part, folder)
        return SqliteFile(folder)

    def drop(self) -> None:
        pass  # it goes with its folder


class PostgresDatabase:
    """`server` is the URL of a PostgreSQL up to the database's name."""

    def __init__(self, server: str, name: str) -> None:
        self.server, self.name = server, name
        self.url = f"{server}/{name}"

    @classmethod
    def create(cls, server: str, name: str, template: str = "template0") -> "PostgresDatabase":
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return cls(server, name)

    def rows(self, sql: str, *values: Any) -> list[Row]:
        with self._connected() as connection:
            return connection.cursor(row_factory=dict_row).execute(_marks(sql), values).fetchall()

    def execute(self, sql: str, *values: Any) -> None:
        with self._connected() as connection:
            connection.execute(_marks(sql), values)

    def tables(self) -> list[str]:
        return own_tables([row["name"] for row in self.rows(_TABLES)])

    def copy_to(self, folder: Path, name: str = "") -> "PostgresDatabase":
        name = name or f"live_{backend.unique()}"
        return PostgresDatabase.create(self.server, name, template=self.name)

    def drop(self) -> None:
        with psycopg.connect(f"{self.server}/postgres", autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    @contextmanager
    def _connected(self) -> Iterator[psycopg.Connection[Any]]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            yield connection


def template(folder: Path, name: str) -> LiveDatabase:
    """The one that this run's processes copy: the file of the folder, or PostgreSQL's of that name."""
    if backend.chosen == backend.POSTGRESQL:
        return PostgresDatabase(backend.server_url(), name)
    return SqliteFile(folder)


def own_tables(names: list[str]) -> list[str]:
    return sorted(name for name in names if not name.startswith(("sqlite_", "django_", "auth_")))


def _marks(sql: str) -> Any:
    """psycopg's marks. No statement of the tests has a question mark of its own."""
    return sql.replace("%", "%%").replace("?", "%s")
