"""Runs the statements of collections: for a while and no longer, and with scripts' faults told as such."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import DataError, OperationalError, connection

from cloudcode.collections import effort
from cloudcode.sandbox.running import Refused
from realtime.sql import SQLITE

LOOK_EVERY = 500  # of SQLite's operations: each may read a document of 1 MB
TOO_COMPLEX = "the query is too complex"
# What SQLite says of a statement that is larger than it can be. PostgreSQL has a class of codes for that.
_TOO_LARGE = ("too many", "at most", "Expression tree is too large", "parser stack overflow")


def rows(statement: str, values: Sequence[Any]) -> list[Any]:
    """Raises Refused."""
    with limited(), connection.cursor() as cursor:
        cursor.execute(statement, list(values))
        return list(cursor.fetchall())


def change(statement: str, values: Sequence[Any]) -> int:
    """How many rows. Raises Refused."""
    with limited(), connection.cursor() as cursor:
        cursor.execute(statement, list(values))
        return int(cursor.rowcount)


@contextmanager
def limited() -> Iterator[None]:
    connection.ensure_connection()
    raw: Any = connection.connection
    with effort.bounded():
        effort.look()
        if SQLITE:
            raw.set_progress_handler(lambda: not effort.left(), LOOK_EVERY)
        try:
            yield
        except DataError as fault:
            raise Refused(f"the query cannot be answered: {str(fault).splitlines()[0][:200]}") from None
        except OperationalError as fault:
            sentence = _fault_of_query(fault)
            if sentence is None:
                raise
            raise Refused(sentence) from None
        finally:
            if SQLITE:
                raw.set_progress_handler(None, 0)


def _fault_of_query(fault: OperationalError) -> str | None:
    """None for what no script can help."""
    if SQLITE:
        said = str(fault)
        if said in ("interrupted", "user-defined function raised exception"):
            return effort.TOO_LONG
        return TOO_COMPLEX if said.startswith(_TOO_LARGE) else None
    code = str(getattr(fault.__cause__, "sqlstate", ""))
    if code == "57014":  # query_canceled
        return effort.TOO_LONG
    return TOO_COMPLEX if code.startswith("54") else None  # program_limit_exceeded
