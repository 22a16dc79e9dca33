"""Messaging's background work: expansion, the sweeper, retention."""

from django.db import connection

from messaging.deciding_again import decide_again
from messaging.departing import forget_departed
from messaging.expansion import expand_due
from messaging.retention import Retention
from messaging.writer import EXPAND_JOB
from protocol.dates import now_ms
from realtime import database
from realtime.sql import SKIP_LOCKED
from realtime.worker import job

SWEEP = 500
CLAIMED_MS = 30_000

_CLAIM = f"""
WITH due AS (
    SELECT id FROM messaging_playermessage WHERE due_ms <= %s ORDER BY due_ms LIMIT %s {SKIP_LOCKED}
)
UPDATE messaging_playermessage SET due_ms = %s WHERE id IN (SELECT id FROM due) RETURNING id
"""


@job(EXPAND_JOB, every=1.0)
async def expand() -> bool:
    return await expand_due()


@job("messaging.sweep", every=1.0)
async def sweep() -> bool:
    """Decide again what is due: undecided, written and unconfirmed, expired."""
    due = await database.run(claim_undecided)
    if due:
        await decide_again(due)
    return len(due) == SWEEP


def claim_undecided() -> list[str]:
    """Due rows, this sweeper's for a while. Another worker passes over them until they are due again."""
    now = now_ms()
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [now, SWEEP, now + CLAIMED_MS])
        return [message_id for (message_id,) in cursor.fetchall()]


JOBS = [
    ("messaging.retention", 3600.0, Retention().forget_old),
    ("messaging.forget_departed", 60.0, forget_departed),
]
