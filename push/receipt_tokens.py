"""The token that a push carries for whoever opens it: signed, and enough to count by itself.

So an opening is counted also before the push's own outcome is written, and after it was forgotten.
"""

from datetime import UTC, date, datetime
from typing import Any

from django.core.signing import BadSignature, Signer

from push.counting import Kind
from push.providers import Provider
from push.sizes import limit_of, payload_size

FIELD = "receipt"
VALID_DAYS = 30

_signer = Signer(salt="push.receipts")


class Forged(ValueError):
    """Not a token of this server."""


def make_token(message_id: str, kind: Kind) -> str:
    variant = "" if kind.variant is None else kind.variant
    return _signer.sign(
        f"{message_id}.{kind.stage_id}.{kind.day}.{kind.provider}.{variant}.{kind.message_class}"
    )


def read_token(token: str) -> tuple[str, Kind]:
    """The message's id, and the kind that its push counts as. Raises Forged."""
    try:
        message_id, stage_id, day, provider, variant, message_class = _signer.unsign(token).split(".", 5)
    except (BadSignature, ValueError) as error:
        raise Forged from error
    return message_id, Kind(int(stage_id), day, message_class, int(variant) if variant else None, provider)


def is_over(day: str) -> bool:
    """Whether a push of that day is opened too late to be counted: its receipt may be forgotten by now."""
    return (datetime.now(UTC).date() - date.fromisoformat(day)).days > VALID_DAYS


def fill_receipt(provider: str, payload: dict[str, Any], token: str) -> None:
    """Where the opened app finds `messageId` too, if there is room and the payload has none of its own."""
    inside = provider in (Provider.FCM, Provider.ADM)
    place = payload.get("data") if inside else payload
    if not isinstance(place, dict) or FIELD in place:
        return
    place[FIELD] = token
    if payload_size(provider, payload) > limit_of(provider):
        del place[FIELD]
