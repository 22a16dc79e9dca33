"""What one attempt came to for each message that its push was of. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from push.codes import COALESCED, SANDBOX, SENT
from push.models import OutboxPush, PushAttempt
from push.results import Result
from push.retries import due_again, worthless_at
from push.transports.base import Prune, PushError


@dataclass(frozen=True, slots=True)
class Ending:
    """`due_ms` is when the message's push is tried again; None: it has ended. `kept_ms`: what has ended is
    kept until then, in case somebody sets its account right (push.requeue.release).

    `code`, `detail`, `payload` and the times are the attempt row's, `reason` the message's.
    """

    row: OutboxPush
    code: str
    detail: str
    reason: str
    at_ms: int
    duration_ms: int = 0
    due_ms: int | None = None
    payload: str = ""
    kept_ms: int | None = None

    @property
    def stays_until(self) -> int | None:
        """When its row in the outbox is due; None where it goes."""
        return self.kept_ms if self.due_ms is None else self.due_ms

    def attempt(self) -> PushAttempt:
        """The row of the log, not saved yet."""
        row = self.row
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
            code=self.code,
            permanent=self.due_ms is None,
            detail=" ".join(filter(None, (self.detail, row.note))),
            payload=self.payload,
            at_ms=self.at_ms,
            duration_ms=self.duration_ms,
        )


def endings_of(result: Result, others: Sequence[OutboxPush], now: int) -> list[Ending]:
    """Of the push's own message, then of the `others` that left in it."""
    if result.error is not None:
        return _failed(result, result.error, others, now)
    sent = result.sent
    assert sent is not None
    code, reason = (SANDBOX, "pushed_sandbox") if sent.recorded else (SENT, "pushed")
    own = _ending(result, result.row, code, sent.detail, reason, payload=sent.recorded)
    into = f"Sent in the push of message {result.row.player_message_id}, the newest of {len(others) + 1}."
    return [own, *(_ending(result, row, COALESCED, into, reason) for row in others)]


def only_ending(result: Result) -> Ending:
    """Of an attempt that is not repeated, whatever came of it."""
    if result.error is not None:
        return _ending(result, result.row, result.error.code, result.error.detail, "")
    return endings_of(result, (), 0)[0]


def again_at_once(ending: Ending, now: int) -> Ending:
    """It failed for the sake of its account, which was set anew meanwhile."""
    return replace(ending, due_ms=now, reason=f"push_retrying:{ending.code}")


def kept_for_a_correction(ending: Ending) -> Ending:
    """It failed for the sake of its account, and is told so. "Now or never" is not kept."""
    return replace(ending, kept_ms=ending.row.expires_ms or None)


def _failed(result: Result, error: PushError, others: Sequence[OutboxPush], now: int) -> list[Ending]:
    tries = max(row.tries for row in (result.row, *others))
    due_ms = due_again(error, tries, now)
    own = _failure(result, result.row, error, due_ms, error.detail)
    if not others:
        return [own]
    into = f"{error.detail} It was in the push of message {result.row.player_message_id}.".lstrip()
    # What is wrong with the one message's payload is not wrong with the others'.
    again_ms = now if _is_of_payload(error) else due_ms
    return [own, *(_failure(result, row, error, again_ms, into) for row in others)]


def _is_of_payload(error: PushError) -> bool:
    return error.permanent and not error.account and error.prune is Prune.KEEP


def _failure(result: Result, row: OutboxPush, error: PushError, due_ms: int | None, detail: str) -> Ending:
    if due_ms is not None and due_ms >= worthless_at(row):
        due_ms, detail = None, f"{detail} Given up: it expires before the next try.".lstrip()
    reason = f"{'push_failed' if due_ms is None else 'push_retrying'}:{error.code}"
    return _ending(result, row, error.code, detail, reason, due_ms)


def _ending(
    result: Result,
    row: OutboxPush,
    code: str,
    detail: str,
    reason: str,
    due_ms: int | None = None,
    payload: str = "",
) -> Ending:
    return Ending(row, code, detail, reason, result.at_ms, result.duration_ms, due_ms, payload)
