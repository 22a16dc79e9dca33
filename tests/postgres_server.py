"""A PostgreSQL of one test's own, to be restarted, frozen and cut off."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection, connections

from bin.services import Postgres
from portal import environment


class PostgresServer(Postgres):
    def restart(self) -> None:
        self.stop()
        self.start()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Connections stay open, and nothing is answered."""
        pids = self._processes()
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)

    def cut_connections(self) -> int:
        """Returns how many there were, once they are gone."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as operator:
            ended = operator.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
                " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )
            return len(ended.fetchall())

    def _processes(self) -> list[int]:
        assert self.process is not None
        parent = self.process.pid
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text()
        return [parent, *map(int, children.split())]


@pytest.fixture
def own_postgres(tmp_path: Path, django_db_blocker: Any) -> Iterator[PostgresServer]:
    """The database threads' database, empty."""
    from realtime import database

    server = PostgresServer(tmp_path / "postgres", durable=False)
    server.start()
    was = connections.databases["default"]
    database.shutdown()
    _forget_pool()
    connections.databases["default"] = {**was, **environment.database(server.url("postgres"))}
    with django_db_blocker.unblock():
        yield server
        database.shutdown()
    _forget_pool()
    connections.databases["default"] = was
    server.kill()


def _forget_pool() -> None:
    own: Any = connection
    own.close_pool()
