"""Brings what is encrypted under an older credential key under the first one."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cryptography.fernet import InvalidToken
from django.apps import apps
from django.db import connection
from django.db.models import Model

from games.encryption import EncryptedTextField, is_current, rotate

ROWS_A_READ = 500


@dataclass(slots=True)
class Rotation:
    """What became of one column: `rotated` rows were encrypted anew, no key opens those of `unreadable`."""

    column: str
    rows: int = 0
    rotated: int = 0
    unreadable: list[Any] = field(default_factory=list)


def rotate_credentials() -> list[Rotation]:
    """Every encrypted column. Servers may run meanwhile: a row that changes is left to whoever changed it."""
    return [_rotate(model, column) for model, column in encrypted_columns()]


def encrypted_columns() -> list[tuple[type[Model], str]]:
    """Each model with the name of a column of it that is encrypted."""
    return [
        (model, str(field.column))
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, EncryptedTextField)
    ]


def _rotate(model: type[Model], column: str) -> Rotation:
    done = Rotation(f"{model._meta.label}.{column}")
    for key, stored in _stored(model, column):
        done.rows += 1
        if is_current(stored):
            continue
        try:
            done.rotated += _replace(model, column, key, stored, rotate(stored))
        except InvalidToken:
            done.unreadable.append(key)
    return done


def _stored(model: type[Model], column: str) -> Iterator[tuple[Any, str]]:
    """Key and encrypted text of each row: the ORM would decrypt it."""
    table, pk, column = _names(model, column)
    last: Any = 0  # the keys of these tables are numbers above 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {pk}, {column} FROM {table} WHERE {pk} > %s AND {column} IS NOT NULL"
                f" ORDER BY {pk} LIMIT {ROWS_A_READ}",
                [last],
            )
            rows = cursor.fetchall()
        yield from rows
        if len(rows) < ROWS_A_READ:
            return
        last = rows[-1][0]


def _replace(model: type[Model], column: str, key: Any, old: str, new: str) -> int:
    table, pk, column = _names(model, column)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE {pk} = %s AND {column} = %s", [new, key, old])
        return int(cursor.rowcount)


def _names(model: type[Model], column: str) -> list[str]:
    names = (model._meta.db_table, str(model._meta.pk.column), column)
    return [connection.ops.quote_name(name) for name in names]
