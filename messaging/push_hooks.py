"""What push asks of messaging: is it still wanted, what is the badge, and here is what became of it."""

from collections.abc import Sequence

from django.db import connection

from messaging.inbox import unread_counts
from messaging.made_from import settings_of_all
from messaging.models import PlayerMessage
from protocol.dates import now_ms
from push.hooks import Outcome, set_hooks
from realtime.sql import IN_LIST, encode_list

ARRIVED = "pushed"  # how the reasons of a push that was accepted begin

# `IS NOT TRUE` for the reason that messaging.rows gives: there is an index of all that are not dismissed.
_NOTE = f"""
UPDATE messaging_playermessage SET reason = %s
WHERE id {IN_LIST} AND dismissed IS NOT TRUE AND state <> 'delivered'
"""
_NOTE_FAILURE = f"{_NOTE} AND reason NOT LIKE '{ARRIVED}%%'"


def unwanted(message_ids: Sequence[str]) -> dict[str, str]:
    """For each message that must not be pushed any more, the reason.

    "Expire after 0" ends socket delivery only: such a push still leaves, with a TTL of 0.
    """
    rows = list(PlayerMessage.objects.filter(id__in=message_ids).select_related("message"))
    made_from = settings_of_all(row.message for row in rows if row.state == PlayerMessage.State.DELIVERED)
    suppressing = {id for id, (_, policy) in made_from.items() if policy.suppress_push_on_socket_send}
    reasons = dict.fromkeys(message_ids, "expired")  # a row that retention took is past its time
    reasons.update({row.id: _unwanted(row, row.message_id in suppressing, now_ms()) for row in rows})
    return {message_id: reason for message_id, reason in reasons.items() if reason}


def _unwanted(row: PlayerMessage, had_suppresses: bool, now: int) -> str:
    """`had_suppresses`: a client has it, and its settings want no push then."""
    if row.dismissed:
        return "dismissed"
    if row.expires_ms <= now and row.expires_ms != row.created_ms:
        return "expired"
    if row.seen:
        return "suppressed_read"
    if row.state == PlayerMessage.State.DELIVERED and had_suppresses:
        return "suppressed_on_socket"
    return ""


def note_outcomes(outcomes: Sequence[Outcome]) -> None:
    """A push's reason stands only while no client has confirmed or dismissed the message.

    Of several devices' outcomes the best one stands: a push that arrived is not hidden by one that failed.
    """
    ids: dict[str, list[str]] = {}
    for outcome in outcomes:
        ids.setdefault(outcome.reason, []).append(outcome.player_message_id)
    with connection.cursor() as cursor:
        for reason in sorted(ids, key=_arrived):
            statement = _NOTE if _arrived(reason) else _NOTE_FAILURE
            cursor.execute(statement, [reason, encode_list(ids[reason])])


def _arrived(reason: str) -> bool:
    return reason.startswith(ARRIVED)


def install() -> None:
    set_hooks(wanted=unwanted, badges=unread_counts, outcome=note_outcomes)
