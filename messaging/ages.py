"""How long messages have waited for this server: looked at every few seconds, by a few index entries."""

from typing import NamedTuple

from django.db.models import F, Min, Sum

from messaging import metrics
from messaging.models import Broadcast, PlayerMessage
from protocol.dates import now_ms
from realtime import database
from realtime.sampling import EVERY
from realtime.worker import job


class Waiting(NamedTuple):
    """Seconds of the most overdue copy and broadcast, and what is left of the broadcasts under way."""

    copy: float
    broadcast: float
    recipients: int


@job("messaging.ages", every=EVERY, everywhere=True)
async def measure() -> None:
    waiting = await database.run(look)
    metrics.oldest_due.set(waiting.copy)
    metrics.oldest_broadcast.set(waiting.broadcast)
    metrics.recipients_left.set(waiting.recipients)


def look() -> Waiting:
    now = now_ms()
    due_ms = PlayerMessage.objects.filter(due_ms__isnull=False).aggregate(oldest=Min("due_ms"))["oldest"]
    under_way = Broadcast.objects.filter(due_ms__isnull=False)
    oldest = under_way.order_by("due_ms").values_list("due_ms", "created_ms").first()
    left = under_way.aggregate(left=Sum(F("total") - F("expanded") - F("failed")))["left"]
    return Waiting(
        copy=0.0 if due_ms is None else max(0, now - due_ms) / 1000,
        broadcast=0.0 if oldest is None else max(0, now - _due_since(*oldest)) / 1000,
        recipients=left or 0,
    )


def _due_since(due_ms: int | None, created_ms: int) -> int:
    """A broadcast that nobody has looked at yet is due at 0."""
    return max(due_ms or 0, created_ms)
