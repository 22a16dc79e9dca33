"""A job in a database thread on PostgreSQL: the thread's connection is alive, and nobody waits for ever.

A thread keeps its connection. A statement that takes too long is ended by the server; when not even the
server answers, the connection is cut from this side. What a job that lost its connection had sent may be
committed all the same: it raises, and nobody may take that for a no.
"""

import contextlib
import os
import socket
import threading
import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db import InterfaceError, OperationalError
from django.db import connection as thread_connection

T = TypeVar("T")

SERVER_FIRST = 0.5  # seconds by which the server ends a statement before the job's patience does

# Of a thread's connection. A plan is kept: made while a table is small it would read all of it, and go on to
# when it has grown. Every statement of the threads finds its rows by an index.
SETTINGS = {
    "idle_in_transaction_session_timeout": "15s",  # a process that stands still holds nothing up
    "enable_seqscan": "off",
    "enable_bitmapscan": "off",
    "enable_mergejoin": "off",
    "jit": "off",
}


class Job(Generic[T]):
    """`fn()` in a database thread, for `patience` seconds at most once it runs, and as long in the queue."""

    __slots__ = ("_connection", "_ended", "_fn", "_lock", "_patience", "_queued", "_started")

    def __init__(self, fn: Callable[[], T], patience: float) -> None:
        self._fn = fn
        self._patience = patience
        self._queued = time.monotonic()
        self._started: float | None = None
        self._ended = False
        self._lock = threading.Lock()
        self._connection: Any = None  # psycopg's, while the job uses it

    def __call__(self) -> T:
        wrapper: Any = thread_connection
        self._started = time.monotonic()
        try:
            if self._started - self._queued > self._patience:
                raise OperationalError("the database threads were busy for too long")
            self._take(wrapper)
            return self._fn()
        except (OperationalError, InterfaceError):
            wrapper.drop_if_dead()
            raise
        finally:
            with self._lock:
                self._connection, self._ended = None, True

    def overdue(self) -> float | None:
        """Cut the connection if the job has run for too long. Seconds until the next look, None if none."""
        with self._lock:
            if self._ended:
                return None
            if self._started is None:
                return self._patience
            left = self._started + self._patience - time.monotonic()
            if left > 0:
                return left
            if self._connection is not None:
                _cut(self._connection)
            return self._patience

    def _take(self, wrapper: Any) -> None:
        wrapper.drop_if_dead()
        is_new = wrapper.connection is None
        wrapper.ensure_connection()
        with self._lock:
            self._connection = wrapper.connection
        if is_new:
            _configure(wrapper, f"{int((self._patience - SERVER_FIRST) * 1000)}ms")


def _configure(wrapper: Any, timeout: str) -> None:
    settings = {**SETTINGS, "statement_timeout": timeout}
    with wrapper.cursor() as cursor:
        each = ", ".join(["set_config(%s, %s, FALSE)"] * len(settings))
        cursor.execute(f"SELECT {each}", [part for setting in settings.items() for part in setting])


def _cut(connection: Any) -> None:
    """Wake the thread that waits for the server's answer, and let nobody else wait for it."""
    wrapper: Any = thread_connection
    wrapper.out_of_reach()
    lost = (wrapper.Database.Error, OSError)
    with contextlib.suppress(*lost), socket.socket(fileno=os.dup(connection.fileno())) as end:
        end.shutdown(socket.SHUT_RDWR)
