"""The form of SQL that this process's database speaks.

Where SQLite and PostgreSQL differ, a module writes both forms side by side; the one in use is chosen when the
module is imported. Whatever the number of values, they travel as JSON: to PostgreSQL one list a column,
which costs a third of what arrays and records cost there.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec
from django.db import connection
from django.db.backends.utils import CursorWrapper

T = TypeVar("T")
Sql = tuple[str, list[Any]]  # a piece of a statement, and its values

# Read once. To look at `connection` in a task of the event loop makes Django's whole connection object, forty
# allocations in a circle, for that task alone.
SQLITE = connection.vendor == "sqlite"

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(list[list[Any]]).decode


def by_vendor(*, sqlite: T, postgresql: T) -> T:
    return sqlite if SQLITE else postgresql


def among(select: str) -> str:
    """`column among(select)`: the column is one of what `select` finds.

    On PostgreSQL an index look-up an item, in order: nothing that the planner could join the other way round,
    and an UPDATE takes its rows in an order that all transactions keep.
    """
    return by_vendor(sqlite=f"IN ({select})", postgresql=f"= ANY (ARRAY({select}))")


# `column IN_LIST`: a list of texts travels as one parameter, made by `encode_list`.
IN_LIST = among(
    by_vendor(
        sqlite="SELECT value FROM json_each(%s)", postgresql="SELECT json_array_elements_text(%s::json)"
    )
)
# At the end of a SELECT: its rows are held by this transaction from now on. SQLite has one writer.
HOLD = by_vendor(sqlite="", postgresql="FOR NO KEY UPDATE")
# The same, of rows alone that no other transaction holds.
SKIP_LOCKED = by_vendor(sqlite="", postgresql="FOR UPDATE SKIP LOCKED")


def encode_list(values: Sequence[Any]) -> str:
    """The one JSON parameter in which a statement takes a list."""
    return _encode(values).decode()


def given(alias: str, **types: str) -> str:
    """Rows given by the parameters `given_values`, to select from: a column each, and `place` from 0."""
    if SQLITE:
        columns = [f"json_extract(value, '$[{at}]') AS {name}" for at, name in enumerate(types)]
        return f"(SELECT key AS place, {', '.join(columns)} FROM json_each(%s)) {alias}"
    lists = ", ".join("json_array_elements_text(%s::json)" for _ in types)
    columns = [f"{name}::{kind}" for name, kind in types.items()]
    rows = f"ROWS FROM ({lists}) WITH ORDINALITY AS r({', '.join(types)}, number)"
    return f"(SELECT number - 1 AS place, {', '.join(columns)} FROM {rows}) {alias}"


def given_values(rows: Sequence[Sequence[Any]]) -> list[str]:
    """The parameters of `given`: rows, one at least, in the order of its columns."""
    if SQLITE:
        return [encode_list(rows)]
    return [encode_list(column) for column in zip(*rows, strict=True)]


def look_up(table: str, alias: str, condition: str) -> str:
    """Joins the rows of a table to those named before it in FROM, by an index look-up for each of these.

    PostgreSQL would turn the join round while the table is small, and keep the plan when it has grown.
    """
    return by_vendor(
        sqlite=f"CROSS JOIN {table} {alias} ON {condition}",
        postgresql=f"CROSS JOIN LATERAL (SELECT * FROM {table} {alias} WHERE {condition} OFFSET 0) {alias}",
    )


def select_rows(columns: str) -> str:
    """`SELECT` of what `fetch_rows` reads.

    On SQLite all rows come as one JSON value: Python gives the interpreter's lock away at every row it
    fetches, and beside a busy event loop gets it back only after a switch interval.
    """
    return by_vendor(
        sqlite=f"SELECT json_group_array(json_array({columns}))",
        postgresql=f"SELECT {columns}",
    )


def fetch_rows(cursor: CursorWrapper) -> list[Sequence[Any]]:
    return list(_decode(cursor.fetchone()[0]) if SQLITE else cursor.fetchall())
