"""A database as `manage.py migrate` leaves it, made once a run: those of all tests are copies of it."""

from pathlib import Path

import pytest

from tests import backend
from tests.live_database import LiveDatabase, PostgresDatabase, template
from tests.live_server import LiveServer
from tests.run_shared import folder_of_run, once

NAME = "migrated"


@pytest.fixture(scope="session")
def migrated_database(tmp_path_factory: pytest.TempPathFactory) -> LiveDatabase:
    folder = folder_of_run(tmp_path_factory) / NAME
    database = template(folder, NAME)
    once(folder, lambda: _migrate(folder, database))
    return database


def _migrate(folder: Path, database: LiveDatabase) -> None:
    if backend.chosen == backend.POSTGRESQL:
        database.drop()  # half made, by a process that was killed
        PostgresDatabase.create(backend.server_url(), NAME)
    LiveServer(folder, database=database).manage("migrate", "--verbosity=0")
