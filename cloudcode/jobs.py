"""Background work of scripts."""

from django.conf import settings

from cloudcode import bulk_runs, cache, locks, metrics, scheduled_runs, scheduling, system_runs
from cloudcode.collections import expiring, indexes
from cloudcode.models import BulkJob, ScriptLog, ScriptRun
from protocol.dates import now_ms
from realtime import database
from realtime.old_rows import delete_old
from realtime.sampling import EVERY
from realtime.worker import job

BATCH = 500
DAY_MS = 24 * 3600 * 1000

job(scheduled_runs.JOB, every=scheduled_runs.EVERY)(scheduled_runs.run_due)
job(bulk_runs.JOB, every=bulk_runs.EVERY)(bulk_runs.run_due)
job(system_runs.JOB, every=1.0)(system_runs.run_by_clock)


@job("cloudcode.delete_old_logs", every=300.0)
async def forget_logs() -> bool:
    return await database.run(delete_old_logs)


@job("cloudcode.build_indexes", every=5.0)
async def build_indexes() -> bool:
    return await database.run(indexes.tidy)


@job("cloudcode.delete_expired_items", every=60.0)
async def delete_expired_items() -> bool:
    return await database.run(expiring.delete_some)


@job("cloudcode.ages", every=EVERY, everywhere=True)
async def measure() -> None:
    found = await database.run(scheduling.next_due)
    oldest_ms = min((due_ms for _, due_ms in found), default=None)
    metrics.oldest_scheduled.set(0.0 if oldest_ms is None else max(0, now_ms() - oldest_ms) / 1000)


def delete_old_logs() -> bool:
    """True while more may be left."""
    before = now_ms() - int(settings.FLINT_RETENTION_SCRIPT_LOG_DAYS * DAY_MS)
    columns = {ScriptLog: "at_ms", ScriptRun: "at_ms", BulkJob: "completed_ms"}
    return any(delete_old(model, column, before, BATCH) for model, column in columns.items())


JOBS = [
    ("cloudcode.trim_caches", 60.0, cache.trim),
    ("cloudcode.forget_locks", 3600.0, locks.forget_dead),
]
