"""Inserts Message and PlayerMessage rows. What every new row has in common stands in the statement."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

MESSAGE_COLUMNS = (
    "id, stage_id, message_class, ext_code, data, audience, version_id, overrides, origin, state, "
    "recipients, test, created_ms"
)
MESSAGE_CONSTANTS = {"cursor": "''", "claim": "''", "claimed_until_ms": "0"}
COPY_COLUMNS = (
    "id, message_id, player_id, document, created_ms, expires_ms, due_ms, state, reason, variant, counts, "
    "dismissed, warnings"
)
COPY_CONSTANTS = {"pushed": "FALSE", "seen": "FALSE", "status": "'NEW'"}


def _statement(table: str, columns: str, constants: dict[str, str]) -> str:
    marks = ["%s"] * (columns.count(",") + 1)
    names, values = ", ".join([columns, *constants]), ", ".join([*marks, *constants.values()])
    return f"INSERT INTO {table} ({names}) VALUES ({values})"


_INSERT_MESSAGE = _statement("messaging_message", MESSAGE_COLUMNS, MESSAGE_CONSTANTS)
_INSERT_COPY = _statement("messaging_playermessage", COPY_COLUMNS, COPY_CONSTANTS)


def insert_messages(rows: Sequence[tuple[Any, ...]]) -> None:
    """Rows in the order of MESSAGE_COLUMNS, in the current transaction."""
    with connection.cursor() as cursor:
        cursor.executemany(_INSERT_MESSAGE, rows)


def insert_copies(rows: Sequence[tuple[Any, ...]]) -> None:
    """Rows in the order of COPY_COLUMNS, in the current transaction."""
    with connection.cursor() as cursor:
        cursor.executemany(_INSERT_COPY, rows)
