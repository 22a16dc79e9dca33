"""realtime.database against a real SQLite file."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import OperationalError, connection, connections, transaction

from realtime import database, lifecycle

pytestmark = pytest.mark.sqlite


@pytest.fixture
def sqlite_file(tmp_path: Path, django_db_blocker: pytest.FixtureRequest) -> Iterator[Path]:
    """The default database is a file of its own, in the database thread too."""
    path = tmp_path / "flint.sqlite3"
    was = connections.databases["default"]["NAME"]
    database.shutdown()
    connections.databases["default"]["NAME"] = str(path)
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        yield path
        database.shutdown()
    connections.databases["default"]["NAME"] = was


def thread_name() -> str:
    return threading.current_thread().name


def make_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE note (text TEXT NOT NULL)")


def write(text: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO note VALUES (%s)", [text])


def notes() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM note ORDER BY rowid")
        return [text for (text,) in cursor.fetchall()]


def pragma(name: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {name}")
        return cursor.fetchone()[0]


def log_is_there(file: Path) -> bool:
    return Path(f"{file}-wal").exists() and Path(f"{file}-shm").exists()


async def test_a_full_disk_does_not_take_the_log_away(sqlite_file: Path) -> None:
    """Closed by its last connection a log that is copied goes, and there is no room for another one."""
    await database.run(make_table)
    await database.run(write, "before")
    await database.run(pragma, "wal_checkpoint(TRUNCATE)")
    pages = await database.run(pragma, "page_count")
    await database.run(pragma, f"max_page_count = {pages}")
    with pytest.raises(OperationalError, match="database or disk is full"):
        await database.run(write, "x" * 100_000)
    assert log_is_there(sqlite_file)
    assert await database.run(notes) == ["before"]


async def test_sqlite_has_one_thread(sqlite_file: Path) -> None:
    names = await asyncio.gather(*[database.run(thread_name) for _ in range(20)])
    assert set(names) == {"flint-database_0"}


async def test_outside_work_does_not_wait_for_the_database_thread(sqlite_file: Path) -> None:
    held = threading.Event()
    blocked = asyncio.ensure_future(database.run(held.wait, 10.0))
    assert (await database.run_outside(thread_name)).startswith("flint-outside")
    held.set()
    assert await blocked is True


async def test_run_raises_what_the_function_raises(sqlite_file: Path) -> None:
    def fail() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        await database.run(fail)
    assert await database.run_handler(lambda: 3) == 3


async def test_patience_with_a_lock_is_the_clients(sqlite_file: Path) -> None:
    assert await database.run(pragma, "busy_timeout") == 4000
    assert await database.run(pragma, "journal_mode") == "wal"


async def test_held_lock_refuses_everybody_after_one_patience(sqlite_file: Path, settings: object) -> None:
    settings.FLINT_SQLITE_BUSY_MS = 400  # type: ignore[attr-defined]
    await database.run(make_table)
    other = sqlite3.connect(sqlite_file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    results = await asyncio.gather(*[database.run(write, str(n)) for n in range(10)], return_exceptions=True)
    took = time.monotonic() - began
    assert [type(result) for result in results] == [OperationalError] * 10
    assert 0.35 < took < 2.0  # ten patiences would be four seconds
    assert await database.run(notes) == []
    other.execute("ROLLBACK")
    other.close()
    await database.run(write, "after")
    assert await database.run(notes) == ["after"]


async def test_lock_that_refused_somebody_is_only_tried_by_those_who_come_next(
    sqlite_file: Path, settings: object
) -> None:
    settings.FLINT_SQLITE_BUSY_MS = 400  # type: ignore[attr-defined]
    await database.run(make_table)
    other = sqlite3.connect(sqlite_file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    for number in range(10):  # one after the other, as the requests of one connection
        with pytest.raises(OperationalError):
            await database.run(write, str(number))
    assert 0.35 < time.monotonic() - began < 2.0
    other.execute("ROLLBACK")
    other.close()
    await database.run(write, "at once")
    assert await database.run(notes) == ["at once"]


async def test_threads_come_back_after_a_shutdown(sqlite_file: Path) -> None:
    await database.run(make_table)
    await asyncio.to_thread(database.shutdown)
    await database.run(write, "again")
    assert await database.run(notes) == ["again"]


async def test_loop_is_known_to_other_threads_while_the_process_serves() -> None:
    assert database.loop() is None
    await lifecycle.start()
    try:
        assert await asyncio.to_thread(database.loop) is asyncio.get_running_loop()
    finally:
        await lifecycle.stop()
    assert database.loop() is None
