"""A job in SQLite's one database thread: how long it waits while somebody else holds the lock."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

T = TypeVar("T")

SHORTEST_WAIT_MS = 20
FULL = "database or disk is full"


def run_job(queued: float, fn: Callable[[], T]) -> T:
    try:
        _set_patience(queued)
        return fn()
    except (OperationalError, InterfaceError) as error:
        if "locked" in str(error):
            _patience.refused_at = time.monotonic()
        # Of a full disk the connection takes no harm. Closed as the last one it would take a log that is all
        # copied with it, and on that disk nobody could open the database again, not even to read.
        if not connection.in_atomic_block and FULL not in str(error):
            connection.close()
        raise


_patience = threading.local()


def _set_patience(queued: float) -> None:
    """Let this job wait for a lock as long as its client would still wait for the answer.

    Jobs queue behind each other in one thread, so the time spent in the queue counts: while somebody else
    holds the write lock, everybody is refused after one patience, not after the sum of them. Those who come
    next do not wait another one: for as long again after the last refusal, the lock is only tried.
    """
    longest = int(getattr(settings, "FLINT_SQLITE_BUSY_MS", 4000))
    now = time.monotonic()
    waited = (now - queued) * 1000
    wanted = longest if waited < longest / 4 else max(SHORTEST_WAIT_MS, int(longest - waited))
    if (now - getattr(_patience, "refused_at", -longest)) * 1000 < longest:
        wanted = SHORTEST_WAIT_MS
    connection.ensure_connection()
    if getattr(_patience, "of", None) is connection.connection and _patience.ms == wanted:
        return
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {wanted}")
    _patience.of, _patience.ms = connection.connection, wanted
