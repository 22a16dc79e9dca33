"""How long the most overdue push has waited: looked at every few seconds, one index entry a lane."""

from django.db import connection

from protocol.dates import now_ms
from push import metrics
from push.providers import Provider
from realtime import database
from realtime.sampling import EVERY
from realtime.worker import job

# Skips from stage to stage in the index, whatever the outbox holds.
_OLDEST = f"""
WITH RECURSIVE stages(id) AS (
    SELECT min(stage_id) FROM push_outboxpush
    UNION ALL
    SELECT (SELECT min(stage_id) FROM push_outboxpush WHERE stage_id > stages.id)
    FROM stages WHERE stages.id IS NOT NULL
),
providers(name) AS ({" UNION ALL ".join(f"SELECT '{name}'" for name in Provider.values)})
SELECT min((
    SELECT min(due_ms) FROM push_outboxpush o WHERE o.stage_id = stages.id AND o.provider = providers.name
)) FROM stages CROSS JOIN providers
"""


@job("push.ages", every=EVERY, everywhere=True)
async def measure() -> None:
    metrics.overdue.set(await database.run(oldest_age))


def oldest_age() -> float:
    """Seconds since the most overdue push could have been claimed; 0 when none is due."""
    with connection.cursor() as cursor:
        cursor.execute(_OLDEST)
        (due_ms,) = cursor.fetchone()
    return 0.0 if due_ms is None else max(0, now_ms() - due_ms) / 1000
