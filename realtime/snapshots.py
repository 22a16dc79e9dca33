"""Several statements that see the database as it is at one moment."""

from django.db import connection
from psycopg.pq import TransactionStatus

from realtime.sql import SQLITE


def read_at_one_moment() -> None:
    """What this transaction reads, it reads as of its first statement, which is yet to come; it cannot write.

    A transaction that has begun to read goes on as it was. On SQLite each one reads so anyway.
    """
    if SQLITE:
        return
    connection.ensure_connection()
    if connection.connection.info.transaction_status == TransactionStatus.IDLE:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
