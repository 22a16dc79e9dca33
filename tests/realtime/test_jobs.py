import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from realtime.jobs import _checkpoint


def writer_on(path: Path) -> sqlite3.Connection:
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("PRAGMA journal_mode=WAL")
    writer.execute("PRAGMA wal_autocheckpoint=0")
    writer.execute("CREATE TABLE t (x)")
    return writer


def test_a_checkpoint_copies_the_log_while_a_writer_holds_its_transaction(tmp_path: Path) -> None:
    path = tmp_path / "some.sqlite3"
    with closing(writer_on(path)) as writer:
        writer.executemany("INSERT INTO t VALUES (?)", [("x" * 1000,) for _ in range(100)])
        before = path.stat().st_size
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO t VALUES ('late')")
        _checkpoint(str(path))
        assert path.stat().st_size > before + 50_000
        writer.execute("COMMIT")
        assert writer.execute("SELECT count(*) FROM t").fetchone() == (101,)


def test_the_log_begins_again_although_rows_are_written_while_it_is_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, log = tmp_path / "some.sqlite3", tmp_path / "some.sqlite3-wal"
    with closing(writer_on(path)) as writer:

        def write() -> None:
            writer.executemany("INSERT INTO t VALUES (?)", [("x" * 1000,) for _ in range(100)])

        class Overtaken(sqlite3.Connection):
            """A transaction begins before and ends after each of its first three passes."""

            passes = 0

            def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
                self.passes += 1
                if self.passes > 3:
                    return super().execute(sql, parameters)
                writer.execute("BEGIN IMMEDIATE")
                write()
                cursor = super().execute(sql, parameters)
                writer.execute("COMMIT")
                return cursor

        monkeypatch.setattr("realtime.jobs.sqlite3.connect", partial(sqlite3.connect, factory=Overtaken))
        write()
        _checkpoint(str(path))
        length = log.stat().st_size
        write()
        assert log.stat().st_size == length, "the log goes on at its end"
