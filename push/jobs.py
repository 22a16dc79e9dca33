"""The worker's jobs of this package."""

import logging

from protocol.dates import now_ms
from push import pending
from push.alerts import EXPIRY_JOB, tell_of_expiry
from push.counting import day_of
from push.expiry import expiring, warning_of
from push.models import Device, DeviceDay, PushAttempt, PushCount, PushReceipt
from push.outbox import JOB
from push.proving import judge, prove_candidate
from push.receipt_tokens import VALID_DAYS
from push.sender import sender, stop
from realtime import database
from realtime.lifecycle import on_stop
from realtime.old_rows import delete_old
from realtime.worker import job

logger = logging.getLogger("flint.push")

DAY_MS = 24 * 3600 * 1000
KEEP_ATTEMPTS_MS = 30 * DAY_MS
KEEP_DISABLED_MS = 30 * DAY_MS
# Longer than tokens are valid, so that none is counted twice.
KEEP_RECEIPTS_MS = (VALID_DAYS + 2) * DAY_MS
KEEP_COUNTS_MS = 400 * DAY_MS
KEEP_DEVICE_DAYS_MS = 2 * DAY_MS
ROWS_A_RUN = 1000


@job(JOB, every=1)
async def send() -> None:
    """Starts what is due; the lanes go on by themselves."""
    await sender().send_due()


on_stop(stop)


@job(pending.JOB, every=5)
async def prove_pending() -> bool:
    """Tries new credentials whose accounts send with old ones. Whether there may be more to try."""
    candidate = await database.run(pending.claim_due)
    if candidate is None:
        return False
    await database.run(judge, candidate, await prove_candidate(candidate))
    return True


def warn_of_expiry() -> bool:
    """Into the log, once a day for each account of a live stage."""
    for account in expiring():
        logger.warning("Push account %s: %s", account, warning_of(account))
    return False


def drop_old_attempts() -> bool:
    """Whether there may be more."""
    return delete_old(PushAttempt, "at_ms", now_ms() - KEEP_ATTEMPTS_MS, ROWS_A_RUN)


def drop_disabled_devices() -> bool:
    """Whether there may be more."""
    return delete_old(Device, "updated_ms", now_ms() - KEEP_DISABLED_MS, ROWS_A_RUN, "disabled <> ''")


def drop_old_receipts() -> bool:
    """Whether there may be more."""
    return delete_old(PushReceipt, "opened_ms", now_ms() - KEEP_RECEIPTS_MS, ROWS_A_RUN)


def drop_old_counts() -> bool:
    """Whether there may be more."""
    return delete_old(PushCount, "day", day_of(now_ms() - KEEP_COUNTS_MS), ROWS_A_RUN)


def drop_old_device_days() -> bool:
    """Whether there may be more."""
    return delete_old(DeviceDay, "day", day_of(now_ms() - KEEP_DEVICE_DAYS_MS), ROWS_A_RUN)


JOBS = [
    ("push.drop_old_attempts", 3600.0, drop_old_attempts),
    ("push.drop_disabled_devices", 3600.0, drop_disabled_devices),
    ("push.drop_old_receipts", 3600.0, drop_old_receipts),
    ("push.drop_old_counts", 3600.0, drop_old_counts),
    ("push.drop_old_device_days", 3600.0, drop_old_device_days),
    ("push.warn_of_expiry", 24 * 3600.0, warn_of_expiry),
    (EXPIRY_JOB, 60.0, tell_of_expiry),
]
