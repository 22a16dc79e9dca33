"""Which database the tests run on, from FLINT_TEST_BACKEND: `sqlite`, or `postgresql` with Redis.

The first process starts a PostgreSQL of the tests' own and names it to the others by the environment. On
PostgreSQL only what reaches a database runs, without a browser: the rest is the same on both.
"""

import itertools
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from bin.services import Postgres

SQLITE, POSTGRESQL = "sqlite", "postgresql"
_URL = "TESTS_POSTGRESQL_URL"
_DATABASE_FIXTURES = {"db", "transactional_db", "server_template", "connect"}

chosen = os.environ.get("FLINT_TEST_BACKEND") or SQLITE
_numbers = itertools.count(1)
_started: Postgres | None = None


def start() -> None:
    """Start PostgreSQL unless another process of this run has."""
    global _started
    if chosen == POSTGRESQL and _URL not in os.environ:
        _started = Postgres(Path(tempfile.mkdtemp(prefix="flint-postgres-")), durable=False)
        _started.start()
        os.environ[_URL] = _started.url("").rstrip("/")


def stop() -> None:
    if _started is not None:
        _started.stop()
        shutil.rmtree(_started.folder, ignore_errors=True)


def unique() -> str:
    """For names in the PostgreSQL that all processes of this run share."""
    return f"{os.getpid()}_{next(_numbers)}"


def server_url() -> str:
    """PostgreSQL's address up to the name of a database."""
    return os.environ[_URL]


def runs_here(item: Any) -> bool:
    """Whether a collected test belongs to a run on this backend."""
    if chosen == SQLITE:
        return item.get_closest_marker(POSTGRESQL) is None
    if item.get_closest_marker(SQLITE) or item.get_closest_marker("browser"):
        return False
    return (
        item.get_closest_marker(POSTGRESQL) is not None
        or item.get_closest_marker("django_db") is not None
        or not _DATABASE_FIXTURES.isdisjoint(item.fixturenames)
    )
