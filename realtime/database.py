"""Where blocking work runs: the database threads, and a small pool for work without a database.

SQLite has one writer at a time, so it gets **one** thread for server, worker and scheduler alike: twenty
writer threads meet lock errors and wait for seconds where one commits 1,500 transactions a second. What only
reads and may take a while, scripts' queries, has another one. PostgreSQL gets eight for what somebody waits
for, and a few for background work, which may take longer.
"""

import asyncio
import contextvars
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from typing import TypeVar, TypeVarTuple

from django.db import connections

from realtime import sqlite_jobs
from realtime.lifecycle import loop
from realtime.postgresql.jobs import Job
from realtime.sql import SQLITE

__all__ = ["in_background", "loop", "run", "run_handler", "run_on_files", "run_outside", "shutdown"]

T = TypeVar("T")
A = TypeVarTuple("A")


@dataclass(frozen=True, slots=True)
class Lane:
    """Threads of their own. `patience`: seconds that a job waits for one, and that it runs, on PostgreSQL."""

    name: str
    size: int
    patience: float = 0.0


ANSWERS = Lane("database", 8, 4.0)  # a client waits at least 5 s for its answer
BACKGROUND = Lane("background", 4, 60.0)
ONE_THREAD = Lane("database", 1)
READING = Lane("reading", 1)
OUTSIDE = Lane("outside", 4)
FILES = Lane("files", 4)

_lock = threading.Lock()
_pools: dict[str, ThreadPoolExecutor] = {}
_unfinished = 0  # jobs handed to the database threads
_lane: ContextVar[Lane] = ContextVar("lane", default=ANSWERS)


def in_background() -> None:
    """Nobody waits for what the running task, and those that it starts, have the database do from now on."""
    _lane.set(BACKGROUND)


async def run(fn: Callable[[*A], T], *args: *A) -> T:
    """The result of `fn(*args)`, run in a database thread. What it raises is raised here."""
    global _unfinished
    _unfinished += 1
    try:
        if SQLITE:
            job = partial(sqlite_jobs.run_job, time.monotonic(), lambda: fn(*args))
            return await asyncio.get_running_loop().run_in_executor(_pool(ONE_THREAD), job)
        return await _run_watched(lambda: fn(*args), _lane.get())
    finally:
        _unfinished -= 1


async def look(fn: Callable[[*A], T], *args: *A) -> T:
    """As `run`, for what reads and writes nothing: on SQLite it holds up no other database work."""
    if not SQLITE:
        return await run(fn, *args)
    job = partial(sqlite_jobs.run_job, time.monotonic(), lambda: fn(*args))
    return await asyncio.get_running_loop().run_in_executor(_pool(READING), job)


def unfinished() -> int:
    """How many jobs are in the database threads or wait for them."""
    return _unfinished


def threads() -> int:
    """How many database threads a process has."""
    return ONE_THREAD.size + READING.size if SQLITE else ANSWERS.size + BACKGROUND.size


async def _run_watched(fn: Callable[[], T], lane: Lane) -> T:
    job = Job(fn, lane.patience)
    future = _pool(lane).submit(job)
    timer = asyncio.get_running_loop().call_later(lane.patience, _watch, job, future)
    try:
        return await asyncio.wrap_future(future)
    finally:
        # It is cancelled where nobody waits for it any more and no thread had taken it. One that runs is
        # watched to its end.
        if future.done():
            timer.cancel()


def _watch(job: Job[T], future: Future[T]) -> None:
    left = None if future.done() else job.overdue()
    if left is not None:
        asyncio.get_running_loop().call_later(left, _watch, job, future)


async def run_handler(fn: Callable[[], T]) -> T:
    """How the dispatch runs a synchronous handler: the same threads, and log lines that name the request."""
    return await run(contextvars.copy_context().run, fn)


async def run_outside(fn: Callable[[*A], T], *args: *A) -> T:
    """For work that blocks without the database, such as hashing a password."""
    running = asyncio.get_running_loop()
    return await running.run_in_executor(_pool(OUTSIDE), lambda: fn(*args))


async def run_on_files(fn: Callable[[*A], T], *args: *A) -> T:
    """For work on files, which a slow disk or network holds up: nothing else waits for it."""
    running = asyncio.get_running_loop()
    return await running.run_in_executor(_pool(FILES), lambda: fn(*args))


def use_one_thread() -> None:
    """For a process that will undo all it does: its database work happens on one connection from now on."""
    with _lock:
        only = ThreadPoolExecutor(1, thread_name_prefix="flint-database")
        _pools.update({lane.name: only for lane in (ANSWERS, BACKGROUND, READING)})


def shutdown() -> None:
    """Close each database thread's connection and end the threads. Waits for what is running."""
    with _lock:
        pools = dict(_pools)
        _pools.clear()
    for lane in (ANSWERS, BACKGROUND, READING):
        if pool := pools.get(lane.name):
            _close_connections(pool)
    for pool in pools.values():
        pool.shutdown(wait=True)


def _close_connections(pool: ThreadPoolExecutor) -> None:
    """One job for each thread, which all meet before they end: so none takes two."""
    count = len(pool._threads)
    everybody = threading.Barrier(count)

    def close() -> None:
        connections.close_all()
        everybody.wait()

    for _ in range(count):
        pool.submit(close)


def _pool(lane: Lane) -> ThreadPoolExecutor:
    pool = _pools.get(lane.name)
    if pool is None:
        with _lock:
            pool = ThreadPoolExecutor(lane.size, thread_name_prefix=f"flint-{lane.name}")
            pool = _pools.setdefault(lane.name, pool)
    return pool
