"""Shared fixtures. Every test process has its own var folder, database file and keys.

A test that reaches the database from another thread (a handler run by the dispatch, a job, a batcher) needs
`@pytest.mark.django_db(transaction=True)`: the plain mark holds SQLite's write lock until the test ends.
"""

import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections

from tests import backend
from tests.dist import FileByFile, place_of
from tests.live_database import LiveDatabase

# Processes that the tests start would inherit that it is ignored, as it is in a shell's background job.
if threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)

if settings.configured:
    raise pytest.UsageError("Unset DJANGO_SETTINGS_MODULE: the tests choose their settings themselves.")

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
VAR = Path(tempfile.mkdtemp(prefix=f"flint-{WORKER}-"))
backend.start()

# Before the settings load: nothing of the developer's own environment may decide a test.
for name in [name for name in os.environ if name.startswith("FLINT_")]:
    del os.environ[name]
os.environ["FLINT_TEST_BACKEND"] = backend.chosen  # other processes of this run are on the same
os.environ.pop("REDIS_URL", None)
os.environ.update(
    DJANGO_SETTINGS_MODULE="portal.settings",
    DATABASE_URL=(
        f"{backend.server_url()}/postgres"
        if backend.chosen == backend.POSTGRESQL
        else f"sqlite:///{VAR / 'flint.sqlite3'}"
    ),
    FLINT_VAR=str(VAR),
    FLINT_DEBUG="0",
    FLINT_SECRET_KEY="a secret key for the tests alone of the length that Django asks for",
    FLINT_CREDENTIAL_KEYS="Tg3sWFJ8UTMTgk2B0qqdFzI0JYb0A4h4VYZ9h5m2Qy8=",
    # Browser tests read rows while Playwright's event loop runs in their thread.
    DJANGO_ALLOW_ASYNC_UNSAFE="1",
)
settings.INSTALLED_APPS  # noqa: B018  # loads them
# One connection a thread. Django would open another for each asynchronous test that makes rows in its own
# thread, and leave it open.
connections._connections = threading.local()
# pytest-django would load the settings of an xdist worker, which inherits the variable, before this file.
del os.environ["DJANGO_SETTINGS_MODULE"]

pytest_plugins = [
    "tests.migrated_database",
    "tests.server_fixtures",
    "tests.chromium",
    "tests.postgres_server",
    "tests.redis_server",
]


def pytest_unconfigure() -> None:
    shutil.rmtree(VAR, ignore_errors=True)
    backend.stop()


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[Any]) -> Iterator[None]:
    """Keep the tests of this backend, the longest files first, and mark those that drive a browser."""
    for item in items:
        if "browser" in item.fixturenames:
            item.add_marker("browser")
    yield
    config.hook.pytest_deselected(items=[item for item in items if not backend.runs_here(item)])
    items[:] = [item for item in items if backend.runs_here(item)]
    items.sort(key=place_of)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> FileByFile | None:
    """Unless `--dist` names another one than xdist's default."""
    return FileByFile(config, log) if config.getoption("dist") == "load" else None


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, migrated_database: LiveDatabase) -> Iterator[None]:
    """In place of pytest-django's, which would migrate a database for each process.

    On SQLite a file: the database threads and the test share it, which databases in memory do badly.
    """
    from portal import environment
    from tests.flushing import quicken

    own = migrated_database.copy_to(VAR / "tests")
    connections.databases["default"]["NAME"] = environment.database(own.url)["NAME"]
    quicken(connection)
    yield
    own.drop()


@pytest.fixture(autouse=True)
def _database_work_ends_with_its_test(_django_db_marker: None) -> Iterator[None]:
    yield
    from tests import database_work

    database_work.finish()


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Frames of bytes and long texts are named by their argument: readable, and the same in every process."""
    if isinstance(val, bytes) or (isinstance(val, str) and len(val) > 60):
        return argname
    return None
