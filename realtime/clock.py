"""The time that all processes agree on: the database server's, where there is one.

Leases and rates that span processes go by it, since the clocks of two machines may differ by anything.
"""

from django.db import connection

from protocol.dates import now_ms

_SERVER_MS = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint"


def shared_ms() -> int:
    """Milliseconds since 1970. Asks the database, but for SQLite, whose processes share a machine."""
    if connection.vendor == "sqlite":
        return now_ms()
    with connection.cursor() as cursor:
        cursor.execute(_SERVER_MS)
        return int(cursor.fetchone()[0])
