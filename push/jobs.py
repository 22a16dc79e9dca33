"""The worker's jobs of this package."""

from protocol.dates import now_ms
from push.counting import day_of
from push.models import Device, PushAttempt, PushCount, PushReceipt
from push.outbox import JOB
from push.receipt_tokens import VALID_DAYS
from push.sender import sender, stop
from realtime.lifecycle import on_stop
from realtime.old_rows import delete_old
from realtime.worker import job

DAY_MS = 24 * 3600 * 1000
KEEP_ATTEMPTS_MS = 30 * DAY_MS
KEEP_DISABLED_MS = 30 * DAY_MS
# Longer than tokens are valid, so that none is counted twice.
KEEP_RECEIPTS_MS = (VALID_DAYS + 2) * DAY_MS
KEEP_COUNTS_MS = 400 * DAY_MS
ROWS_A_RUN = 1000


@job(JOB, every=1)
async def send() -> None:
    """Starts what is due; the lanes go on by themselves."""
    await sender().send_due()


on_stop(stop)


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


JOBS = [
    ("push.drop_old_attempts", 3600.0, drop_old_attempts),
    ("push.drop_disabled_devices", 3600.0, drop_disabled_devices),
    ("push.drop_old_receipts", 3600.0, drop_old_receipts),
    ("push.drop_old_counts", 3600.0, drop_old_counts),
]
