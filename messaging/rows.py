"""Inserts Message and PlayerMessage rows. What every new row has in common stands in the statement."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from realtime.sql import by_vendor, given, given_values

MESSAGE_COLUMNS = {
    "id": "text",
    "stage_id": "bigint",
    "message_class": "text",
    "ext_code": "text",
    "data": "text",
    "version_id": "bigint",
    "overrides": "text",
    "origin": "text",
    "recipients": "integer",
    "test": "boolean",
    "created_ms": "bigint",
    "expires_ms": "bigint",
}
COPY_COLUMNS = {
    "id": "text",
    "message_id": "text",
    "player_id": "text",
    "document": "text",
    "created_ms": "bigint",
    "expires_ms": "bigint",
    "due_ms": "bigint",
    "state": "text",
    "reason": "text",
    "pushed": "boolean",
    "variant": "smallint",
    "counts": "boolean",
    "dismissed": "boolean",
    "warnings": "text",
}
COPY_CONSTANTS = {"seen": "FALSE", "status": "'NEW'"}

Rows = Sequence[tuple[Any, ...]]


def _statement(table: str, columns: dict[str, str], constants: dict[str, str]) -> str:
    names = ", ".join([*columns, *constants])
    rows = by_vendor(
        # Python's executemany: a third less work a row than one statement over JSON.
        sqlite=f"VALUES ({', '.join([*['%s'] * len(columns), *constants.values()])})",
        postgresql=f"SELECT {', '.join([*columns, *constants.values()])} FROM {given('given', **columns)}",
    )
    return f"INSERT INTO {table} ({names}) {rows}"


_INSERT_MESSAGES = _statement("messaging_message", MESSAGE_COLUMNS, {})
_INSERT_COPIES = _statement("messaging_playermessage", COPY_COLUMNS, COPY_CONSTANTS)
_INSERT_BOTH = f"WITH message AS ({_INSERT_MESSAGES}) {_INSERT_COPIES}"


def insert_messages(rows: Rows) -> None:
    """Rows in the order of MESSAGE_COLUMNS."""
    _insert(_INSERT_MESSAGES, rows)


def insert_copies(rows: Rows) -> None:
    """Rows in the order of COPY_COLUMNS."""
    _insert(_INSERT_COPIES, rows)


def insert_both(messages: Rows, copies: Rows) -> None:
    """Messages with their copies: one statement on PostgreSQL, two in the caller's transaction on SQLite."""
    if connection.vendor == "sqlite" or not (messages and copies):
        insert_messages(messages)
        insert_copies(copies)
        return
    with connection.cursor() as cursor:
        cursor.execute(_INSERT_BOTH, [*given_values(messages), *given_values(copies)])


def _insert(statement: str, rows: Rows) -> None:
    if not rows:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(statement, rows)
        else:
            cursor.execute(statement, given_values(rows))
