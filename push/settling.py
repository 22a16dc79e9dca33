"""Writing what became of pushes: one transaction for many, only for those still claimed by us."""

from collections.abc import Sequence
from functools import partial

from django.db import connection, transaction

from protocol.dates import now_ms
from push.account_health import Learnt, learn
from push.counting import count_endings
from push.endings import Ending, again_at_once, endings_of, kept_for_a_correction, only_ending
from push.hooks import Outcome, hooks
from push.models import OutboxPush, PushAttempt
from push.results import Result
from push.tallying import tally

Claims = set[tuple[str, str]]


@transaction.atomic
def settle(results: Sequence[Result]) -> list[bool]:
    """Whether each was written. One whose lease was taken over is not: it is the new claimer's to tell."""
    ours = _still_ours(results)
    written = [(result.row.id, result.row.claim) in ours for result in results]
    kept = [result for result, is_ours in zip(results, written, strict=True) if is_ours]
    learnt = learn(kept)
    now = now_ms()
    endings = [ending for result in kept for ending in _endings(result, ours, learnt, now)]
    PushAttempt.objects.bulk_create([ending.attempt() for ending in endings])
    _leave(endings)
    hooks.outcome([_outcome(ending) for ending in endings])
    count_endings(endings)
    transaction.on_commit(partial(tally, endings), robust=True)
    return written


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


def _endings(result: Result, ours: Claims, learnt: Learnt, now: int) -> list[Ending]:
    others = [row for row in result.others if (row.id, row.claim) in ours]
    endings = endings_of(result, others, now)
    if result.row.id in learnt.former_account:
        return [again_at_once(ending, now) for ending in endings]
    if result.row.id in learnt.wrong_account:
        return [kept_for_a_correction(ending) for ending in endings]
    return endings


def _leave(endings: Sequence[Ending]) -> None:
    """Delete what has ended; hand back what is tried again, or kept for its account's correction."""
    over = [ending.row.id for ending in endings if ending.stays_until is None]
    OutboxPush.objects.filter(pk__in=over).delete()
    again = []
    for ending in endings:
        if ending.stays_until is not None:
            ending.row.claim, ending.row.due_ms = "", ending.stays_until
            again.append(ending.row)
    OutboxPush.objects.bulk_update(again, ["claim", "due_ms"], batch_size=200)


def _outcome(ending: Ending) -> Outcome:
    return Outcome(ending.row.player_message_id, ending.row.player_id, ending.reason)
