"""Judging a broadcast's canary: whether the rest of its audience gets it without an operator."""

from django.db import transaction

from games.audit import record
from messaging.broadcast_alerts import tell_of_canary
from messaging.broadcast_states import State, canary_passes
from messaging.expansion_claims import Claim
from messaging.models import PlayerMessage

JUDGE = "worker"


def judge(claim: Claim) -> None:
    """Once its time has come: count who got no copy or a failed push, and go on or wait for an operator."""
    with transaction.atomic():
        rows = claim.held().select_for_update(of=("self",), no_key=True).select_related("stage__game")
        row = rows.filter(state=State.CANARY, judge_ms__lte=claim.now).first()
        if row is None:
            return
        copies = PlayerMessage.objects.filter(message_id=row.pk, reason__startswith="push_failed")
        row.canary_failed, row.judge_ms = row.failed + copies.count(), None
        passed = canary_passes(row.canary_failed, row.canary, row.failed_share)
        if passed:
            row.state = State.EXPANDING
        row.save(update_fields=["canary_failed", "judge_ms", "state"])
        found = {"failed": row.canary_failed, "of": row.canary, "passed": passed}
        record(JUDGE, "broadcast.canary", row, row.stage.game, stage=row.stage.name, **found)
        if not passed:
            tell_of_canary(row)
