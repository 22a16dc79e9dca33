"""What push asks of messaging: is it still wanted, what is the badge, and here is what became of it."""

from collections.abc import Sequence

from messaging.inbox import unread_counts
from messaging.made_from import settings_of
from messaging.models import PlayerMessage
from protocol.dates import now_ms
from push.hooks import Outcome, set_hooks


def unwanted(message_ids: Sequence[str]) -> dict[str, str]:
    """For each message that must not be pushed any more, the reason.

    "Expire after 0" ends socket delivery only: such a push still leaves, with a TTL of 0.
    """
    rows = PlayerMessage.objects.filter(id__in=message_ids).select_related("message")
    reasons = dict.fromkeys(message_ids, "expired")  # a row that retention took is past its time
    reasons.update({row.id: _unwanted(row, now_ms()) for row in rows})
    return {message_id: reason for message_id, reason in reasons.items() if reason}


def _unwanted(row: PlayerMessage, now: int) -> str:
    if row.dismissed:
        return "dismissed"
    if row.expires_ms <= now and row.expires_ms != row.created_ms:
        return "expired"
    if row.seen:
        return "suppressed_read"
    if row.state == PlayerMessage.State.DELIVERED:
        _, policy = settings_of(row.message)
        if policy.suppress_push_on_socket_send:
            return "suppressed_on_socket"
    return ""


def note_outcomes(outcomes: Sequence[Outcome]) -> None:
    """A push's reason stands only while no client has confirmed or dismissed the message.

    Of several devices' outcomes the best one stands: a push that arrived is not hidden by one that failed.
    """
    for outcome in outcomes:
        rows = PlayerMessage.objects.filter(id=outcome.player_message_id, dismissed=False).exclude(
            state=PlayerMessage.State.DELIVERED
        )
        if not outcome.reason.startswith("pushed"):
            rows = rows.exclude(reason__startswith="pushed")
        rows.update(reason=outcome.reason)


def install() -> None:
    set_hooks(wanted=unwanted, badges=unread_counts, outcome=note_outcomes)
