"""Broadcasts as people and requests handle them: started, paused, resumed, aborted, asked how far they are.

The command, BroadcastRequest and the operators' pages all come here; every change leaves an audit row.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from games.audit import name_of, record
from games.events import PlatformEvent
from games.models import Stage, User
from games.signals import platform_event
from messaging.broadcast_alerts import tell_of_end
from messaging.broadcast_states import Action, State, after_action
from messaging.expansion_claims import LONG_TEXTS
from messaging.models import Broadcast
from messaging.writer import EXPAND_JOB, Unit
from protocol.run import Run
from realtime.clock import shared_ms
from realtime.worker import wake

MOST_RATE = 1_000_000
MOST_CANARY = 100_000
LONGEST_WAIT = 7 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Pacing:
    """How carefully a broadcast goes about it.

    `rate`: recipients a second. `canary`: after so many it waits; with `go_on_seconds` only for so long, if
    up to then no more than `failed_share` of them had no copy or a failed push.
    """

    rate: int | None = None
    canary: int = 0
    go_on_seconds: int | None = None
    failed_share: float = 0.0

    @property
    def faults(self) -> list[str]:
        """The names of those that make no sense."""
        wrong = {
            "rate": self.rate is not None and not 1 <= self.rate <= MOST_RATE,
            "canary": not 0 <= self.canary <= MOST_CANARY,
            "go_on_seconds": self.go_on_seconds is not None
            and not (self.canary and 0 <= self.go_on_seconds <= LONGEST_WAIT),
            "failed_share": not 0 <= self.failed_share <= 1,
        }
        return [name for name, is_wrong in wrong.items() if is_wrong]


@dataclass(frozen=True, slots=True)
class Status:
    """`total` is None until a worker counted; `canary_failed` until the canary was judged, which is at
    `judge_ms` if it goes on by itself."""

    id: str
    state: State
    total: int | None
    expanded: int
    failed: int
    canary_failed: int | None
    judge_ms: int | None


def start(run: Run, event: PlatformEvent, stage: Stage, pacing: Pacing, actor: User | str | None) -> Status:
    """Store the event's message for workers to expand. Inside the caller's transaction.

    The event's audience is a segment query or everybody.
    """
    ((_, unit),) = platform_event.send(sender="broadcast", run=run, event=event)
    assert isinstance(unit, Unit)
    assert unit.broadcast is not None
    row = unit.broadcast
    row.rate, row.canary = pacing.rate, pacing.canary
    row.go_on_seconds, row.failed_share = pacing.go_on_seconds, pacing.failed_share
    row.is_told = True
    row.save(update_fields=["rate", "canary", "go_on_seconds", "failed_share", "is_told"])
    chosen = {"audience": row.audience, "query": row.query, "rate": row.rate, "canary": row.canary}
    _record(actor, "start", row, stage, **chosen)
    return status_of(row)


def act(stage: Stage, broadcast_id: str, action: Action, actor: User | str | None) -> Status:
    """Pause, resume or abort. Raises Broadcast.DoesNotExist, and Refused in a state that does not allow it.

    Once this has committed after a pause or an abort, nobody more gets a copy until it is resumed.
    """
    with transaction.atomic():
        row = _rows(stage).select_for_update().get(pk=broadcast_id)
        before = row.progress.state
        row.state = after_action(before, action)
        if row.state != before:
            _change(row)
            _record(actor, action, row, stage, expanded=row.expanded, total=row.total)
            tell_of_end(row, name_of(actor))
        return status_of(row)


def status(stage: Stage, broadcast_id: str) -> Status:
    """From the row's counters. Raises Broadcast.DoesNotExist."""
    return status_of(_rows(stage).get(pk=broadcast_id))


def status_of(row: Broadcast) -> Status:
    state = row.progress.state
    return Status(row.pk, state, row.total, row.expanded, row.failed, row.canary_failed, row.judge_ms)


def _rows(stage: Stage) -> "QuerySet[Broadcast]":
    return Broadcast.objects.filter(stage=stage).defer(*LONG_TEXTS)


def _change(row: Broadcast) -> None:
    """A worker is to look at it: at once, or when the one that holds it gives it back."""
    now = shared_ms()
    row.judge_ms = None
    if row.progress.state.over:
        row.ended_ms = now
    if not row.claim:
        row.due_ms = now
    row.save(update_fields=["state", "judge_ms", "ended_ms", "due_ms"])
    transaction.on_commit(partial(wake, EXPAND_JOB), robust=True)


def _record(actor: User | str | None, action: str, row: Broadcast, stage: Stage, **detail: Any) -> None:
    record(actor, f"broadcast.{action}", row, stage.game, stage=stage.name, **detail)
