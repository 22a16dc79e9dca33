"""When a push that failed is tried again."""

import random

from push.models import OutboxPush
from push.transports.base import PushError

LONGEST_WAIT = 900.0  # seconds
MOST_TRIES = 40  # a row whose attempts never end in an outcome, because they end the process, must end itself
LIVE_ONLY_MS = 60_000  # how long a push that must not be kept ("now or never") is worth sending


def worthless_at(row: OutboxPush) -> int:
    """From that millisecond on the push is not to be sent."""
    return row.expires_ms or row.created_ms + LIVE_ONLY_MS


def due_again(error: PushError, tries: int, now: int) -> int | None:
    """The millisecond of the attempt after `tries` of them; None when there is none."""
    return None if error.permanent else now + int(wait(error, tries - 1) * 1000)


def wait(error: PushError, waits: int) -> float:
    """Seconds: what the provider asked for, else doubling with each of the `waits` before; by chance a little
    longer, never shorter."""
    if error.retry_after is not None:
        return error.retry_after * random.uniform(1.0, 1.1)
    doubled = error.first_wait * 2.0 ** min(waits, 20)
    return min(doubled, LONGEST_WAIT) * random.uniform(1.0, 1.5)
