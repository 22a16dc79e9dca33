"""Several statements that see the database as it is at one moment."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from psycopg.pq import TransactionStatus

POSTGRESQL = "postgresql"


@contextmanager
def one_moment() -> Iterator[None]:
    """What is read within is read so, and nothing is written. Within a transaction that goes on as it was.

    On SQLite nothing changes: within a process nobody writes between two statements of a database thread.
    """
    if connection.vendor != POSTGRESQL or connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        read_at_one_moment()
        yield


def read_at_one_moment() -> None:
    """What this transaction reads, it reads as of its first statement, which is yet to come; it cannot write.

    A transaction that has begun to read goes on as it was. On SQLite each one reads so anyway.
    """
    if connection.vendor != POSTGRESQL:
        return
    connection.ensure_connection()
    if connection.connection.info.transaction_status == TransactionStatus.IDLE:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
