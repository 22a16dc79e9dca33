"""Messaging's background work: expansion, the sweeper, retention."""

from datetime import timedelta

from django.conf import settings

from messaging.deciding_again import decide_again
from messaging.expansion import expand_next
from messaging.models import Message, PlayerMessage
from messaging.writer import EXPAND_JOB
from protocol.dates import now_ms
from protocol.ids import first_id
from realtime import database
from realtime.worker import job

SWEEP = 500
RETENTION_BATCH = 500
DAY_MS = int(timedelta(days=1).total_seconds() * 1000)


@job(EXPAND_JOB, every=1.0)
async def expand() -> bool:
    return await expand_next()


@job("messaging.sweep", every=1.0)
async def sweep() -> bool:
    """Decide again what is due: undecided, written and unconfirmed, expired."""
    due = await database.run(due_ids)
    if due:
        await decide_again(due)
    return len(due) == SWEEP


def due_ids() -> list[str]:
    rows = PlayerMessage.objects.filter(due_ms__lte=now_ms()).order_by("due_ms")
    return list(rows.values_list("id", flat=True)[:SWEEP])


def forget_old() -> bool:
    """Delete one batch of what is past its retention: copies, then the messages that are left without.

    A message's id says when it was made, so that only old ones are looked at.
    """
    before = now_ms() - int(settings.FLINT_RETENTION_MESSAGE_DAYS) * DAY_MS
    messages = Message.objects.filter(id__lt=first_id(before)).order_by("id")
    old = list(messages.values_list("id", flat=True)[:RETENTION_BATCH])
    copies = PlayerMessage.objects.filter(message_id__in=old).values_list("id", flat=True)
    batch = list(copies[:RETENTION_BATCH])
    PlayerMessage.objects.filter(id__in=batch).delete()
    if len(batch) == RETENTION_BATCH:
        return True
    Message.objects.filter(id__in=old).delete()
    return len(old) == RETENTION_BATCH


JOBS = [("messaging.retention", 3600.0, forget_old)]
