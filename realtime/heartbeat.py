"""Whether anybody works in the background: each process that does says so in the database."""

import time
from datetime import timedelta

from django.db.models.functions import Now

from realtime import database
from realtime.models import Heartbeat
from realtime.node import node_id
from realtime.worker import job

BEAT = 10.0  # seconds
LATELY = timedelta(seconds=45)  # a worker may be restarted without anybody missing it
FORGOTTEN = timedelta(days=1)

_beat_here = float("-inf")  # time.monotonic() of this process's latest beat


@job("realtime.heartbeat", every=BEAT)
async def beat() -> None:
    global _beat_here
    _beat_here = time.monotonic()
    await database.run(_write)


def beats_here() -> bool:
    """Whether this process itself works in the background."""
    return time.monotonic() - _beat_here < LATELY.total_seconds()


def workers_seen() -> int:
    """How many processes gave a sign lately. In a database thread."""
    return Heartbeat.objects.filter(seen_at__gt=Now() - LATELY).count()


def _write() -> None:
    Heartbeat.objects.bulk_create(
        [Heartbeat(node=node_id(), seen_at=Now())],
        update_conflicts=True,
        unique_fields=["node"],
        update_fields=["seen_at"],
    )
    Heartbeat.objects.filter(seen_at__lt=Now() - FORGOTTEN).delete()
