"""Where blocking work runs: the database threads, and a small pool for work without a database.

SQLite has one writer at a time, so it gets **one** thread for server, worker and scheduler alike: twenty
writer threads meet lock errors and wait for seconds where one commits 1,500 transactions a second. Every
other database gets a pool of eight.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar, TypeVarTuple

from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections, connection, connections

from realtime.lifecycle import loop

__all__ = ["loop", "run", "run_handler", "run_outside", "shutdown"]

T = TypeVar("T")
A = TypeVarTuple("A")

POOL_SIZE = 8
OUTSIDE_SIZE = 4
SHORTEST_WAIT_MS = 20

_lock = threading.Lock()
_pools: dict[str, ThreadPoolExecutor] = {}
_unfinished = 0  # jobs handed to the database threads


async def run(fn: Callable[[*A], T], *args: *A) -> T:
    """The result of `fn(*args)`, run in a database thread. What it raises is raised here."""
    global _unfinished
    job = _sqlite_job if connection.vendor == "sqlite" else _pool_job
    pool = _pool("database", threads())
    running = asyncio.get_running_loop()
    _unfinished += 1
    try:
        return await running.run_in_executor(pool, job, time.monotonic(), lambda: fn(*args))
    finally:
        _unfinished -= 1


def unfinished() -> int:
    """How many jobs are in the database threads or wait for them."""
    return _unfinished


def threads() -> int:
    """How many database threads a process has."""
    return 1 if connection.vendor == "sqlite" else POOL_SIZE


async def run_handler(fn: Callable[[], T]) -> T:
    """How the dispatch runs a synchronous handler: the same threads."""
    return await run(fn)


async def run_outside(fn: Callable[[*A], T], *args: *A) -> T:
    """For work that blocks without the database, such as hashing a password."""
    running = asyncio.get_running_loop()
    return await running.run_in_executor(_pool("outside", OUTSIDE_SIZE), lambda: fn(*args))


def shutdown() -> None:
    """Close each database thread's connection and end the threads. Waits for what is running."""
    with _lock:
        pools = dict(_pools)
        _pools.clear()
    if pool := pools.get("database"):
        for _ in range(len(pool._threads)):
            pool.submit(connections.close_all)
    for pool in pools.values():
        pool.shutdown(wait=True)


def _pool(name: str, size: int) -> ThreadPoolExecutor:
    pool = _pools.get(name)
    if pool is None:
        with _lock:
            pool = _pools.setdefault(name, ThreadPoolExecutor(size, thread_name_prefix=f"flint-{name}"))
    return pool


def _pool_job(queued: float, fn: Callable[[], T]) -> T:
    # A thread whose connection died with its server would fail for ever otherwise.
    close_old_connections()
    try:
        return fn()
    finally:
        close_old_connections()


def _sqlite_job(queued: float, fn: Callable[[], T]) -> T:
    try:
        _set_patience(queued)
        return fn()
    except (OperationalError, InterfaceError) as error:
        if "locked" in str(error):
            _patience.refused_at = time.monotonic()
        if not connection.in_atomic_block:
            connection.close()
        raise


_patience = threading.local()


def _set_patience(queued: float) -> None:
    """Let this job wait for a lock as long as its client would still wait for the answer.

    Jobs queue behind each other in one thread, so the time spent in the queue counts: while somebody else
    holds the write lock, everybody is refused after one patience, not after the sum of them. Those who come
    next do not wait another one: for as long again after the last refusal, the lock is only tried.
    """
    longest = int(getattr(settings, "FLINT_SQLITE_BUSY_MS", 4000))
    now = time.monotonic()
    waited = (now - queued) * 1000
    wanted = longest if waited < longest / 4 else max(SHORTEST_WAIT_MS, int(longest - waited))
    if (now - getattr(_patience, "refused_at", -longest)) * 1000 < longest:
        wanted = SHORTEST_WAIT_MS
    connection.ensure_connection()
    if getattr(_patience, "of", None) is connection.connection and _patience.ms == wanted:
        return
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {wanted}")
    _patience.of, _patience.ms = connection.connection, wanted
