"""The worker's jobs of this package."""

from protocol.dates import now_ms
from push.models import Device, PushAttempt
from push.outbox import JOB
from push.sender import sender, stop
from realtime.lifecycle import on_stop
from realtime.old_rows import delete_old
from realtime.worker import job

DAY_MS = 24 * 3600 * 1000
KEEP_ATTEMPTS_MS = 30 * DAY_MS
KEEP_DISABLED_MS = 30 * DAY_MS
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


JOBS = [
    ("push.drop_old_attempts", 3600.0, drop_old_attempts),
    ("push.drop_disabled_devices", 3600.0, drop_disabled_devices),
]
