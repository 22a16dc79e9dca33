"""Messaging's background work: expansion, the sweeper, retention."""

from messaging.deciding_again import decide_again
from messaging.expansion import expand_due
from messaging.models import PlayerMessage
from messaging.retention import Retention
from messaging.writer import EXPAND_JOB
from protocol.dates import now_ms
from realtime import database
from realtime.worker import job

SWEEP = 500


@job(EXPAND_JOB, every=1.0)
async def expand() -> bool:
    return await expand_due()


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


JOBS = [("messaging.retention", 3600.0, Retention().forget_old)]
