"""Writing what became of pushes: one transaction for many, only for those still claimed by us."""

from collections.abc import Sequence

from django.db import connection, transaction

from protocol.dates import now_ms
from push.account_health import learn
from push.counting import count_results
from push.hooks import Outcome, hooks
from push.models import OutboxPush, PushAttempt
from push.results import Result
from push.retries import next_try


@transaction.atomic
def settle(results: Sequence[Result]) -> list[bool]:
    """Whether each was written. One whose lease was taken over is not: it is the new claimer's to tell."""
    ours = _still_ours(results)
    kept = [result for result in results if (result.row.id, result.row.claim) in ours]
    learn(kept)
    now = now_ms()
    retries = {result.row.id: _next(result, now) for result in kept}
    PushAttempt.objects.bulk_create([_attempt(result, retries[result.row.id]) for result in kept])
    _leave([result.row for result in kept], retries)
    hooks.outcome([_outcome(result, retries[result.row.id]) for result in kept])
    count_results((result, retries[result.row.id] is None) for result in kept)
    return [(result.row.id, result.row.claim) in ours for result in results]


def record_attempt(result: Result) -> None:
    """The row of an attempt that no outbox row stands behind, and that is not repeated."""
    _attempt(result, None, once=True).save()


def abandon(result: Result) -> None:
    """Drop a push whose outcome cannot be written, if it is still ours."""
    OutboxPush.objects.filter(pk=result.row.id, claim=result.row.claim).delete()


def _still_ours(results: Sequence[Result]) -> set[tuple[str, str]]:
    rows = OutboxPush.objects.filter(pk__in=[result.row.id for result in results])
    if connection.features.has_select_for_update:
        rows = rows.select_for_update()
    return set(rows.values_list("id", "claim"))


def _next(result: Result, now: int) -> int | None:
    return next_try(result.row, result.error, now) if result.error else None


def _leave(rows: Sequence[OutboxPush], retries: dict[str, int | None]) -> None:
    """Delete what has ended; hand the rest back for its next attempt."""
    OutboxPush.objects.filter(pk__in=[row.id for row in rows if retries[row.id] is None]).delete()
    again = []
    for row in rows:
        due = retries[row.id]
        if due is not None:
            row.claim, row.due_ms = "", due
            again.append(row)
    OutboxPush.objects.bulk_update(again, ["claim", "due_ms"], batch_size=200)


def _attempt(result: Result, retry_ms: int | None, once: bool = False) -> PushAttempt:
    row, sent, error = result.row, result.sent, result.error
    sentences = [error.detail if error else sent.detail if sent else ""]
    if error and not error.permanent and retry_ms is None and not once:
        sentences.append("Given up: it expires before the next try.")
    sentences.append(row.note)
    return PushAttempt(
        stage_id=row.stage_id,
        device_id=row.device_id,
        device_os=row.device_os,
        player_id=row.player_id,
        player_message_id=row.player_message_id,
        message_class=row.message_class,
        provider=row.provider,
        variant=row.variant,
        number=row.tries,
        code=error.code if error else "sandbox" if sent and sent.recorded else "sent",
        permanent=retry_ms is None,
        detail=" ".join(filter(None, sentences)),
        payload=sent.recorded if sent else "",
        at_ms=result.at_ms,
        duration_ms=result.duration_ms,
    )


def _outcome(result: Result, retry_ms: int | None) -> Outcome:
    if result.error is None:
        reason = "pushed_sandbox" if result.sent and result.sent.recorded else "pushed"
    else:
        reason = f"{'push_failed' if retry_ms is None else 'push_retrying'}:{result.error.code}"
    return Outcome(result.row.player_message_id, result.row.player_id, reason)
