"""What time brings to challenges: their start, end and expiry, by whichever worker comes first.

A claim puts a challenge off for a while in the statement that finds it, so that two workers take different
ones; who died leaves it for later. What is done to it is decided under its lock and commits with its
messages, so that nothing happens twice even so.
"""

import logging

from django.db import connection, transaction

from competition.challenges.advancing import catch_up
from competition.challenges.holding import Act, hold
from protocol.dates import now_ms
from protocol.run import Run
from realtime import database
from realtime.sql import SKIP_LOCKED

logger = logging.getLogger("flint.competition")

JOB = "competition.challenges"
AT_ONCE = 50
CLAIMED_MS = 30_000

_CLAIM = f"""
WITH due AS (
    SELECT id FROM competition_challenge WHERE due_ms <= %s ORDER BY due_ms LIMIT %s {SKIP_LOCKED}
)
UPDATE competition_challenge SET due_ms = %s WHERE id IN (SELECT id FROM due) RETURNING id, stage_id
"""


async def look_at_due() -> bool:
    """Whatever is wrong with one challenge holds up no other: it comes again when its claim ends."""
    due = await database.run(claim_due, now_ms())
    for challenge_id, stage_id in due:
        run = Run()
        try:
            await database.run(look_at, run, stage_id, challenge_id, now_ms())
        except Exception:
            logger.exception("challenge %s cannot go on; it is looked at again later", challenge_id)
            continue
        await run.flush()
    return len(due) == AT_ONCE


def claim_due(now: int) -> list[tuple[str, int]]:
    """Ids of due challenges with their stages', ours for a while."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [now, AT_ONCE, now + CLAIMED_MS])
        return [(row[0], row[1]) for row in cursor.fetchall()]


def look_at(run: Run, stage_id: int, challenge_id: str, now: int) -> None:
    """Bring one challenge to where it stands."""
    with transaction.atomic():
        held = hold(Act(run, now, JOB), stage_id, challenge_id)
        if held is not None:
            catch_up(held)
