"""Modules that run later, as rows: whichever worker claims one runs it.

A claim is a lease that outlives the run: a worker that dies leaves its items to others, who run them again
from the start. Whoever replaced or cancelled an item meanwhile is not undone by the end of its run.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from cloudcode.budget import lease_ms
from cloudcode.models import ScheduledItem
from players.models import Player
from protocol.dates import now_ms
from protocol.ids import new_id
from realtime.sql import SKIP_LOCKED

MOST_PENDING = 100_000  # items of a stage: modules that schedule themselves more than once end there
MOST_TRIES = 5  # of an item whose workers die
PUT_OFF_MS = 5_000

_DUE = """
WITH RECURSIVE stages(id) AS (
    SELECT min(stage_id) FROM cloudcode_scheduleditem
    UNION ALL
    SELECT (SELECT min(stage_id) FROM cloudcode_scheduleditem WHERE stage_id > stages.id)
    FROM stages WHERE stages.id IS NOT NULL
)
SELECT id, (SELECT min(due_ms) FROM cloudcode_scheduleditem WHERE stage_id = stages.id)
FROM stages WHERE id IS NOT NULL
"""
_CLAIM = f"""
WITH due AS (
    SELECT id FROM cloudcode_scheduleditem WHERE stage_id = %s AND due_ms <= %s
    ORDER BY due_ms, id LIMIT 1 {SKIP_LOCKED}
)
UPDATE cloudcode_scheduleditem SET claim = %s, due_ms = %s, tries = tries + 1
WHERE id IN (SELECT id FROM due) RETURNING *
"""


@dataclass(frozen=True, slots=True)
class Claimed:
    """`player_id` None: there was nobody, or the player is gone."""

    item: ScheduledItem
    player_id: str | None


def schedule(stage_id: int, module: str, delay_ms: int, data: str, key: str | None, player_id: str) -> bool:
    """`data` is JSON. An item of the same key is replaced, and its run, should it be under way, goes on.

    False, and nothing is stored, where MOST_PENDING wait already.
    """
    pending = ScheduledItem.objects.filter(stage_id=stage_id)
    is_full = pending.order_by("due_ms")[MOST_PENDING - 1 : MOST_PENDING].exists()
    if is_full and (key is None or not pending.filter(key=key).exists()):
        return False
    row = ScheduledItem(
        stage_id=stage_id,
        module=module,
        key=key,
        player_id=player_id,
        data=data,
        due_ms=now_ms() + max(0, delay_ms),
    )
    ScheduledItem.objects.bulk_create(
        [row],
        update_conflicts=True,
        update_fields=["module", "player_id", "data", "due_ms", "claim", "tries"],
        unique_fields=["stage", "key"],
    )
    return True


def cancel(stage_id: int, key: str) -> bool:
    """Whether there was one."""
    rows = ScheduledItem.objects.filter(stage_id=stage_id, key=key)
    return rows.delete()[0] > 0


def has_module(stage_id: int, module: str) -> bool:
    """Whether an item without a key waits to run it."""
    return ScheduledItem.objects.filter(stage_id=stage_id, module=module, key__isnull=True).exists()


def next_due() -> list[tuple[int, int]]:
    """Each stage that has items, with the moment when the next is due. Skips from stage to stage."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE)
        return [(stage_id, due_ms) for stage_id, due_ms in cursor.fetchall()]


def claim(stage_id: int) -> Claimed | None:
    """The item of the stage that is most overdue, ours until its lease ends."""
    now = now_ms()
    found: Sequence[ScheduledItem] = list(
        ScheduledItem.objects.raw(_CLAIM, [stage_id, now, new_id(), now + lease_ms()])
    )
    if not found:
        return None
    item = found[0]
    is_there = Player.objects.filter(stage_id=stage_id, pk=item.player_id).exists()
    return Claimed(item, item.player_id if is_there else None)


def finish(item: ScheduledItem) -> None:
    """It has run, however that went."""
    ScheduledItem.objects.filter(pk=item.pk, claim=item.claim).delete()


def put_off(item: ScheduledItem) -> None:
    """It could not begin: somebody else may take it, in a while."""
    rows = ScheduledItem.objects.filter(pk=item.pk, claim=item.claim)
    rows.update(claim="", due_ms=now_ms() + PUT_OFF_MS, tries=item.tries - 1)
