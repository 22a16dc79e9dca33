"""Jobs that run a script for each player whom a query finds, as rows: any worker goes on with one.

A claim is a lease that outlives the run of one player: a worker that dies leaves its job to others, who begin
with the player whose run was under way.
"""

from collections.abc import Sequence

import msgspec
from django.db import transaction
from django.db.models import Min, QuerySet

from cloudcode.budget import lease_ms
from cloudcode.collections import effort, finding
from cloudcode.collections.filters import read_filter
from cloudcode.collections.finding import Query
from cloudcode.collections.players_view import Players
from cloudcode.collections.statements import rows
from cloudcode.models import BulkJob
from games.models import Stage
from protocol.dates import now_ms
from protocol.ids import new_id
from realtime.sql import SKIP_LOCKED

MOST_PENDING = 20  # of a stage
AT_ONCE = 50  # players that are looked up together
MOST_LISTED = 100

_CLAIM = f"""
WITH due AS (
    SELECT id FROM cloudcode_bulkjob WHERE stage_id = %s AND due_ms <= %s
    ORDER BY due_ms, id LIMIT 1 {SKIP_LOCKED}
)
UPDATE cloudcode_bulkjob SET claim = %s, due_ms = %s WHERE id IN (SELECT id FROM due) RETURNING *
"""


def submit(job: BulkJob, delay_ms: int) -> bool:
    """False where the stage has as many as may wait. Raises Refused."""
    now = now_ms()
    job.created_ms, job.scheduled_ms = now, now + max(0, delay_ms)
    job.due_ms = job.scheduled_ms
    job.estimated = _count(job)
    with transaction.atomic():
        Stage.objects.select_for_update(no_key=True).get(pk=job.stage_id)
        if BulkJob.objects.filter(stage=job.stage_id, completed_ms=None).count() >= MOST_PENDING:
            return False
        job.save(force_insert=True)
    return True


def cancel(stage_id: int, job_id: str) -> bool:
    """Whether it was there and had not begun."""
    return BulkJob.objects.filter(stage=stage_id, pk=job_id, started_ms=None).delete()[0] > 0


def listed(stage_id: int, ids: Sequence[str]) -> list[BulkJob]:
    """The newest first; with ids those alone."""
    found = BulkJob.objects.filter(stage=stage_id)
    return list((found.filter(pk__in=ids) if ids else found).order_by("-created_ms", "-pk")[:MOST_LISTED])


def next_due() -> list[tuple[int, int]]:
    """Each stage that has one, with the moment when its next is due."""
    waiting = BulkJob.objects.filter(due_ms__isnull=False).order_by()
    return list(waiting.values_list("stage_id").annotate(soonest=Min("due_ms")))


def claim(stage_id: int) -> BulkJob | None:
    """The job of the stage that is most overdue, ours until its lease ends."""
    now = now_ms()
    found = list(BulkJob.objects.raw(_CLAIM, [stage_id, now, new_id(), now + lease_ms()]))
    return found[0] if found else None


def begin(job: BulkJob) -> bool:
    """Where it has not begun yet. False where it was taken back meanwhile. Raises Refused."""
    if job.started_ms is not None:
        return True
    job.started_ms, job.actual = now_ms(), _count(job)
    return _mine(job).update(started_ms=job.started_ms, actual=job.actual) > 0


def next_players(job: BulkJob) -> list[str]:
    """Behind the last one, in the order of their ids. Raises Refused."""
    with effort.bounded():
        found = finding.select(*_asked(job), "d.id", AT_ONCE, job.cursor)
        return [player_id for (player_id,) in rows(*found)]


def advance(job: BulkJob, player_id: str, failed: bool) -> bool:
    """The player's run is over. False where the job is somebody else's now."""
    job.cursor, job.done, job.errors = player_id, job.done + 1, job.errors + failed
    changed = {"cursor": player_id, "done": job.done, "errors": job.errors, "due_ms": now_ms() + lease_ms()}
    return _mine(job).update(**changed) > 0


def leave(job: BulkJob, again_in_ms: int = 0) -> None:
    """Somebody goes on with it later."""
    _mine(job).update(claim="", due_ms=now_ms() + again_in_ms)


def complete(job: BulkJob) -> None:
    _mine(job).update(claim="", due_ms=None, completed_ms=now_ms())


def _mine(job: BulkJob) -> QuerySet[BulkJob]:
    return BulkJob.objects.filter(pk=job.pk, claim=job.claim)


def _asked(job: BulkJob) -> tuple[Players, Query]:
    """To read a filter may take long: inside `effort.bounded`. Raises Refused."""
    given = msgspec.json.decode(job.query)
    condition = read_filter(given)
    return Players(job.stage_id, condition, given), Query(condition, (), 0, None, None)


def _count(job: BulkJob) -> int:
    with effort.bounded():
        return finding.count(*_asked(job))
