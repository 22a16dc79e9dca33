"""The background work of the process itself."""

import sqlite3
from contextlib import closing

from django.conf import settings
from django.db import connection

from realtime.database import run_outside
from realtime.worker import job


@job("realtime.checkpoint", every=2.0)
async def checkpoint() -> None:
    """SQLite: copy the write-ahead log into the database beside the writer.

    Left to itself SQLite does this at a commit, once the log is long, while every request waits for its
    disk. A passive checkpoint waits for nobody and nobody for it; the writer's own has little left to copy.
    """
    if connection.vendor == "sqlite":
        await run_outside(_checkpoint, str(settings.DATABASES["default"]["NAME"]))


def _checkpoint(path: str) -> None:
    with closing(sqlite3.connect(path, timeout=0)) as own:
        own.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
