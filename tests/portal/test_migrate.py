"""`manage.py migrate` by several processes at once, as by containers that start together."""

import fcntl
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from portal.migration_lock import POSTGRESQL_KEY
from tests import backend
from tests.live_database import PostgresDatabase
from tests.live_server import ROOT

pytestmark = pytest.mark.usefixtures("django_db_blocker")  # on both back ends

WAITING = "Another process migrates this database; waiting until it is done.\n"


class Migrations:
    """Starts `manage.py migrate` on one new database, as often as asked."""

    def __init__(self, folder: Path, url: str) -> None:
        self.env = {
            **os.environ,
            "FLINT_VAR": str(folder),
            "DATABASE_URL": url,
            "PYTHONUNBUFFERED": "1",
        }
        self.started: list[subprocess.Popen[str]] = []

    def start(self) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "manage.py", "migrate", "--no-color"],
            cwd=ROOT,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.started.append(process)
        return process


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "flint.sqlite3"


@pytest.fixture
def database(file: Path) -> Iterator[PostgresDatabase | None]:
    """None on SQLite."""
    if backend.chosen == backend.SQLITE:
        yield None
        return
    made = PostgresDatabase.create(backend.server_url(), f"migrate_{backend.unique()}")
    yield made
    made.drop()


@pytest.fixture
def migrations(tmp_path: Path, file: Path, database: PostgresDatabase | None) -> Iterator[Migrations]:
    made = Migrations(tmp_path, database.url if database else f"sqlite:///{file}")
    yield made
    for process in made.started:
        process.kill()
        process.communicate()


@contextmanager
def locked(file: Path, database: PostgresDatabase | None) -> Iterator[None]:
    """The lock, held as by a process that migrates."""
    if database is None:
        with file.with_name("flint.sqlite3.migrating").open("a") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield
    else:
        with psycopg.connect(database.url, autocommit=True) as connection:
            connection.execute("SELECT pg_advisory_lock(%s)", [POSTGRESQL_KEY])
            yield


def test_three_at_once_apply_each_migration_once(migrations: Migrations) -> None:
    processes = [migrations.start() for _ in range(3)]
    printed = [process.communicate(timeout=120)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], printed
    applied = [re.findall(r"Applying (\S+)\.\.\. OK", text) for text in printed]
    assert sorted(map(bool, applied)) == [False, False, True]
    assert sum("No migrations to apply." in text for text in printed) == 2


def test_whoever_waits_says_so_and_goes_on(
    migrations: Migrations, file: Path, database: PostgresDatabase | None
) -> None:
    with locked(file, database):
        process = migrations.start()
        assert process.stdout is not None
        assert process.stdout.readline() == WAITING
    assert "Applying games.0001_initial... OK" in process.communicate(timeout=120)[0]


def test_a_killed_migration_leaves_no_lock(migrations: Migrations) -> None:
    first = migrations.start()
    assert first.stdout is not None
    for line in first.stdout:
        if line.startswith("  Applying"):
            break
    first.kill()
    second = migrations.start()
    assert "Applying" in second.communicate(timeout=120)[0]
    assert second.returncode == 0
