"""The background work of the process itself."""

import asyncio
import contextlib
import os
import sqlite3
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

from django.conf import settings

from realtime.nodes import forget_the_dead
from realtime.sql import SQLITE
from realtime.worker import job

LEAST_PRIORITY = 19
PASSES = 12  # of a checkpoint; four do while a message is stored every two milliseconds


def _give_way() -> None:
    """Let this thread have only the time that nobody else wants (Linux: elsewhere threads share one nice)."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LEAST_PRIORITY)


_idle = ThreadPoolExecutor(1, thread_name_prefix="flint-checkpoint", initializer=_give_way)


@job("realtime.forget_dead_nodes", every=5)
async def forget_dead_nodes() -> None:
    """What nodes that died left in Redis. Nobody believes it any more; it only takes up room."""
    if not settings.REDIS_URL:
        return
    from realtime.redis import RedisAway, ask

    with contextlib.suppress(RedisAway):  # another time, then
        await ask(forget_the_dead, within=2.0)


@job("realtime.checkpoint", every=0.5, everywhere=True)
async def checkpoint() -> None:
    """SQLite: copy the write-ahead log into the database beside the writer.

    Left to itself SQLite does this at a commit, once the log is long, while every request waits for its
    disk. A passive checkpoint waits for nobody and nobody for it. Each pass copies what was written during
    the one before, until nothing is left: then the next commit begins the log again.
    """
    if SQLITE:
        path = str(settings.DATABASES["default"]["NAME"])
        await asyncio.get_running_loop().run_in_executor(_idle, _checkpoint, path)


def _checkpoint(path: str) -> None:
    # The file is locked for a moment when another connection opens it first, and recovers the log.
    with closing(sqlite3.connect(path, timeout=1)) as own:
        copied = 0
        for _ in range(PASSES):
            before, copied = copied, own.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()[2]
            if copied <= before:  # nothing was left, or the log has begun again
                return
