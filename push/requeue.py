"""Pushes are tried again at once: those that an operator chose, and those whose account was set anew."""

from collections.abc import Iterable

from django.db import transaction

from games.audit import record
from games.models import Stage, User
from protocol.dates import now_ms
from push.models import OutboxPush
from push.outbox import JOB
from realtime.worker import wake


def requeue(rows: Iterable[OutboxPush], actor: User | None) -> int:
    """Makes rows that wait for a later try due now; how many. A row that is being sent is left alone."""
    by_stage: dict[int, list[str]] = {}
    for row in rows:
        by_stage.setdefault(row.stage_id, []).append(row.pk)
    return sum(_requeue(Stage.objects.get(pk=stage), ids, actor) for stage, ids in by_stage.items())


def release(stage: Stage, provider: str) -> None:
    """Whatever waits for a later try, or for a correction of its account; in the caller's transaction."""
    now = now_ms()
    waiting = OutboxPush.objects.filter(stage=stage, provider=provider, claim="", due_ms__gt=now)
    waiting.update(due_ms=now)
    transaction.on_commit(lambda: wake(JOB), robust=True)


@transaction.atomic
def _requeue(stage: Stage, ids: list[str], actor: User | None) -> int:
    now = now_ms()
    changed = OutboxPush.objects.filter(stage=stage, pk__in=ids, claim="", due_ms__gt=now).update(due_ms=now)
    # A claim whose lease has ended is due already: the next worker takes it over by itself.
    record(actor, "push.requeue", f"{changed} pushes", stage.game, stage=stage.name, ids=ids[:100])
    transaction.on_commit(lambda: wake(JOB), robust=True)
    return changed
