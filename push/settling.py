"""Writing what became of pushes: one transaction for many, only for those still claimed by us."""

from collections.abc import Sequence

from django.db import connection, transaction

from protocol.dates import now_ms
from push.account_health import learn
from push.counting import count_endings
from push.endings import Ending, endings_of, only_ending
from push.hooks import Outcome, hooks
from push.models import OutboxPush, PushAttempt
from push.results import Result

Claims = set[tuple[str, str]]


@transaction.atomic
def settle(results: Sequence[Result]) -> list[bool]:
    """Whether each was written. One whose lease was taken over is not: it is the new claimer's to tell."""
    ours = _still_ours(results)
    kept = [result for result in results if (result.row.id, result.row.claim) in ours]
    learn(kept)
    now = now_ms()
    endings = [ending for result in kept for ending in endings_of(result, _others(result, ours), now)]
    PushAttempt.objects.bulk_create([ending.attempt() for ending in endings])
    _leave(endings)
    hooks.outcome([_outcome(ending) for ending in endings])
    count_endings(endings)
    return [(result.row.id, result.row.claim) in ours for result in results]


def record_attempt(result: Result) -> None:
    """The row of an attempt that no outbox row stands behind, and that is not repeated."""
    only_ending(result).attempt().save()


def abandon(result: Result) -> None:
    """Drop a push whose outcome cannot be written, if it is still ours."""
    for row in (result.row, *result.others):
        OutboxPush.objects.filter(pk=row.id, claim=row.claim).delete()


def _still_ours(results: Sequence[Result]) -> Claims:
    ids = [row.id for result in results for row in (result.row, *result.others)]
    rows = OutboxPush.objects.filter(pk__in=ids)
    if connection.features.has_select_for_update:
        rows = rows.select_for_update()
    return set(rows.values_list("id", "claim"))


def _others(result: Result, ours: Claims) -> list[OutboxPush]:
    return [row for row in result.others if (row.id, row.claim) in ours]


def _leave(endings: Sequence[Ending]) -> None:
    """Delete what has ended; hand the rest back for its next attempt."""
    OutboxPush.objects.filter(pk__in=[each.row.id for each in endings if each.due_ms is None]).delete()
    again = []
    for ending in endings:
        if ending.due_ms is not None:
            ending.row.claim, ending.row.due_ms = "", ending.due_ms
            again.append(ending.row)
    OutboxPush.objects.bulk_update(again, ["claim", "due_ms"], batch_size=200)


def _outcome(ending: Ending) -> Outcome:
    return Outcome(ending.row.player_message_id, ending.row.player_id, ending.reason)
