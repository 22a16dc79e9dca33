"""Where measured servers keep their data: a SQLite file, or a PostgreSQL of the run's own, with a Redis."""

import itertools
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from benchmarks.cores import on_load_cores
from bin.services import Postgres, Redis, binary, find_redis
from tests.live_database import LiveDatabase, PostgresDatabase, SqliteFile

POSTGRES_OPTIONS = {"shared_buffers": "1GB", "max_wal_size": "8GB", "effective_cache_size": "4GB"}
_numbers = itertools.count(1)


class Backend(Protocol):
    """`versions`: what is told beside the figures. `env`: the settings beside DATABASE_URL."""

    name: str
    versions: str
    env: dict[str, str]

    def create(self, folder: Path) -> LiveDatabase:
        """An empty database for the server of that folder."""


class Sqlite:
    name = "sqlite"

    def __init__(self) -> None:
        self.versions = f"SQLite {sqlite3.sqlite_version}"
        self.env: dict[str, str] = {}

    def create(self, folder: Path) -> LiveDatabase:
        return SqliteFile(folder)


class PostgresAndRedis:
    """Both on the load's cores; PostgreSQL with fsync."""

    name = "postgresql"

    def __init__(self, folder: Path) -> None:
        self.postgres = Postgres(folder / "postgres")
        self.postgres.options.update(POSTGRES_OPTIONS)
        self.redis = Redis(folder / "redis")
        postgres, redis = _version(str(binary("postgres"))), _version(find_redis())
        self.versions = f"{postgres} (fsync; {_told(POSTGRES_OPTIONS)}), {redis}"
        self.env = {"REDIS_URL": self.redis.url()}

    def create(self, folder: Path) -> LiveDatabase:
        server = self.postgres.url("").rstrip("/")
        return PostgresDatabase.create(server, f"bench_{next(_numbers)}")


@contextmanager
def backend(name: str, folder: Path) -> Iterator[Backend]:
    if name == Sqlite.name:
        yield Sqlite()
        return
    services = PostgresAndRedis(folder)
    try:
        with on_load_cores():
            services.postgres.start()
            services.redis.start()
        yield services
    finally:
        services.postgres.stop()
        services.redis.stop()


def _version(program: str) -> str:
    """From `postgres (PostgreSQL) 15.9 (Debian …)` and `Redis server v=7.0.15 sha=…`."""
    told = subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout.split()
    number = next(word.removeprefix("v=") for word in told if word.removeprefix("v=")[0].isdigit())
    return f"{'PostgreSQL' if told[0] == 'postgres' else told[0]} {number}"


def _told(options: dict[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in options.items())
