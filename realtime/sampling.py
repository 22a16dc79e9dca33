"""Looks at the process every few seconds, so that nobody who asks for its numbers has to wait for them."""

import asyncio
import os
import platform
import resource
import sys
from pathlib import Path

from django.conf import settings
from django.db import connection

from realtime import database, health, metric_files, metrics
from realtime.connection import State
from realtime.exposition import load_instruments
from realtime.heartbeat import workers_seen
from realtime.registry import registry
from realtime.worker import job

EVERY = 5.0  # seconds
LAG_EVERY = 0.25
CONNECTIONS_A_TURN = 1000
PARTS = ("process", "database", "migrations", "redis", "worker")

_lag_timer: asyncio.TimerHandle | None = None


async def start() -> None:
    load_instruments()
    metric_files.fold()
    metrics.processes.set(1)
    metrics.database_threads.set(database.threads())
    metrics.build.set(1, settings.VERSION, platform.python_version(), connection.vendor)
    _watch_lag(asyncio.get_running_loop())


async def stop() -> None:
    global _lag_timer
    if _lag_timer is not None:
        _lag_timer.cancel()
        _lag_timer = None
    metric_files.write()


@job("realtime.sample", every=EVERY, everywhere=True)
async def sample() -> None:
    await _sample_sockets()
    _sample_process()
    if settings.REDIS_URL:
        from realtime.redis import asking

        metrics.redis_away.set(asking().away)
    metrics.database_jobs.set(database.unfinished())
    metrics.open_files.set(await database.run_outside(_open_files))
    metric_files.write()


@job("realtime.sample_readiness", every=EVERY, everywhere=True)
async def sample_readiness() -> None:
    """What /readyz would answer now."""
    found = {fault["what"] for fault in await health.faults()}
    for part in PARTS:
        metrics.missing.set(part in found, part)
    if "database" not in found:
        metrics.workers.set(await database.run(workers_seen))


async def _sample_sockets() -> None:
    logged_in = catching_up = silent = 0
    for held in list(registry.connections()):
        logged_in += 1
        catching_up += held.state is State.CATCH_UP
        silent += held.silent
        if logged_in % CONNECTIONS_A_TURN == 0:
            await asyncio.sleep(0)
    metrics.logged_in.set(logged_in)
    metrics.catching_up.set(catching_up)
    metrics.silent.set(silent)


def _sample_process() -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    metrics.cpu_seconds.reach(used.ru_utime + used.ru_stime)
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        metrics.resident_bytes.set(pages * os.sysconf("SC_PAGE_SIZE"))


def _open_files() -> int:
    """Takes milliseconds where there are thousands."""
    return len(os.listdir("/dev/fd"))


def _watch_lag(loop: asyncio.AbstractEventLoop) -> None:
    def tick(due: float) -> None:
        global _lag_timer
        now = loop.time()
        metrics.loop_lag.observe(max(0.0, now - due))
        _lag_timer = loop.call_at(now + LAG_EVERY, tick, now + LAG_EVERY)

    tick(loop.time())
