"""One `migrate` at a time on a database, however many containers are started at once."""

import contextlib
import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

POSTGRESQL_KEY = 0x666C696E74  # "flint"; advisory locks are a database's own
SECONDS_BETWEEN = 0.5


@contextmanager
def migration_lock(alias: str, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the lock of a database of the settings. `waiting` is called once if another process has it.

    The lock ends with its process, however that ends.
    """
    connection = connections[alias]
    if connection.vendor == "postgresql":
        with _advisory_lock(connections.create_connection(alias), waiting):
            yield
    elif (path := Path(str(connection.settings_dict["NAME"]))).parent.is_dir():
        with _file_lock(path.with_name(f"{path.name}.migrating"), waiting):
            yield
    else:  # in memory, nobody else's; or in a folder that is missing, as migrate will say
        yield


@contextmanager
def _advisory_lock(connection: BaseDatabaseWrapper, waiting: Callable[[], None]) -> Iterator[None]:
    """A connection of its own: migrate may close the one that it works with.

    Whoever waits asks again and again: a statement that waited for the lock would itself be waited for by a
    CREATE INDEX CONCURRENTLY of the process that migrates.
    """
    try:
        if not _asked(connection, "pg_try_advisory_lock"):
            waiting()
            while not _asked(connection, "pg_try_advisory_lock"):
                time.sleep(SECONDS_BETWEEN)
        try:
            yield
        finally:
            with contextlib.suppress(DatabaseError):  # a connection that was lost has lost the lock, too
                _asked(connection, "pg_advisory_unlock")
    finally:
        connection.close()


def _asked(connection: BaseDatabaseWrapper, function: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [POSTGRESQL_KEY])
        return bool(cursor.fetchone()[0])


@contextmanager
def _file_lock(path: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Beside the database. The empty file stays: who deleted it would take it from under somebody waiting."""
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
