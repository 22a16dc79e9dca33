"""A player opened a push: its receipt, written once, and what it counts for."""

from django.db import transaction

from games.models import Stage
from protocol.dates import now_ms
from push.codes import SENT
from push.counting import Kind, count_opened, day_of
from push.models import PushAttempt, PushReceipt
from push.receipt_tokens import is_over, read_token


class TooLate(ValueError):
    """The push is too old, or its stage is gone: it is counted no more."""


class NotPushed(LookupError):
    """No push of that message to that player was accepted by a provider."""


def opened(token: str) -> bool:
    """By the push's own token: whether this was the first time. Raises Forged, TooLate."""
    return _open(*read_token(token))


def opened_by(player_id: str, message_id: str) -> bool:
    """By a player who knows only the message. Counts for the device that it was sent to last.

    Raises NotPushed, TooLate.
    """
    sent = PushAttempt.objects.filter(player_message_id=message_id, player_id=player_id, code=SENT)
    attempt = sent.order_by("-id").first()
    if attempt is None:
        raise NotPushed
    day = day_of(attempt.at_ms)
    return _open(
        message_id,
        Kind(attempt.stage_id, day, attempt.message_class, attempt.variant, attempt.provider),
    )


@transaction.atomic
def _open(message_id: str, kind: Kind) -> bool:
    if is_over(kind.day) or not Stage.objects.filter(pk=kind.stage_id).exists():
        raise TooLate
    _, first = PushReceipt.objects.get_or_create(
        player_message_id=message_id,
        defaults={
            "stage_id": kind.stage_id,
            "provider": kind.provider,
            "day": kind.day,
            "opened_ms": now_ms(),
        },
    )
    if first:
        count_opened(kind)
    return first
