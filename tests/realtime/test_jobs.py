import sqlite3
from contextlib import closing
from pathlib import Path

from realtime.jobs import _checkpoint


def test_a_checkpoint_copies_the_log_while_a_writer_holds_its_transaction(tmp_path: Path) -> None:
    path = tmp_path / "some.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("PRAGMA wal_autocheckpoint=0")
        writer.execute("CREATE TABLE t (x)")
        writer.executemany("INSERT INTO t VALUES (?)", [("x" * 1000,) for _ in range(100)])
        before = path.stat().st_size
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO t VALUES ('late')")
        _checkpoint(str(path))
        assert path.stat().st_size > before + 50_000
        writer.execute("COMMIT")
        assert writer.execute("SELECT count(*) FROM t").fetchone() == (101,)
