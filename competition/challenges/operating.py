"""What an operator may do to a challenge, with a line in the audit log."""

from django.core.exceptions import ValidationError
from django.db import transaction

from competition.challenges import advancing, answering, finishing
from competition.challenges.holding import Act, Held, hold
from competition.challenges.states import State
from competition.models import Challenge
from games.audit import record
from games.models import User
from protocol.dates import now_ms
from protocol.run import Run
from realtime import outside

OPERATOR = "operator"


def withdraw(row: Challenge, actor: User | None) -> None:
    """In its challenger's stead, while it has not started. Raises ValidationError."""
    with transaction.atomic():
        held = _hold(row)
        if held.state not in (State.ISSUED, State.WAITING):
            raise ValidationError(f"It is {held.state} and cannot be withdrawn.")
        answering.call_back(held, OPERATOR)
        record(actor, "challenge.withdrawn", row.pk, row.stage.game, type=row.short_code)
        _deliver(held.act.run)


def finish(row: Challenge, actor: User | None) -> None:
    """As if its end had come: by the scores there are. Raises ValidationError."""
    with transaction.atomic():
        held = _hold(row)
        if held.state is not State.RUNNING:
            raise ValidationError(f"It is {held.state} and cannot be finished.")
        outcome = finishing.by_score(held)
        finishing.finish(held, outcome, OPERATOR)
        held.save()
        record(actor, "challenge.finished", row.pk, row.stage.game, winner=outcome.winner)
        _deliver(held.act.run)


def _hold(row: Challenge) -> Held:
    held = hold(Act(Run(), now_ms(), OPERATOR), row.stage_id, row.pk)
    if held is None:
        raise ValidationError("It is gone.")
    advancing.catch_up(held)
    return held


def _deliver(run: Run) -> None:
    """Once this commits; after what the messages themselves have to do then."""
    transaction.on_commit(lambda: outside.begin(run.flush), robust=True)
