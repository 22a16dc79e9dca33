"""Deletes old rows in small batches, so that nobody waits long for SQLite's one writer."""

from django.db import connection
from django.db.models import Model

from realtime.sql import SKIP_LOCKED


def delete_old(model: type[Model], column: str, before: int | str, batch: int, where: str = "TRUE") -> bool:
    """Delete one batch of the rows whose `column` is `before` at most, the oldest first, by one statement.

    Nothing may reference them. What another worker is deleting at this moment is passed over. True while more
    may be left.
    """
    table, key = model._meta.db_table, f'"{model._meta.pk.column}"'
    found = f"{column} <= %s AND {where} ORDER BY {column} LIMIT %s"
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH old AS (SELECT {key} FROM {table} WHERE {found} {SKIP_LOCKED})"
            f" DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM old) RETURNING 1",
            [before, batch],
        )
        return len(cursor.fetchall()) == batch
