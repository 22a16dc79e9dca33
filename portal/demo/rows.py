"""What the story reads from the database: a player's copy of a message, and the pushes made for it."""

import json
from dataclasses import dataclass

from messaging.models import PlayerMessage
from push.models import PushAttempt


@dataclass(frozen=True, slots=True)
class Copy:
    """`message_id` is the wire's; `reason` the code in the row, "" while it is being decided."""

    message_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class RecordedPush:
    """What the sandbox recorded for one device: the text that its player would have seen."""

    device_os: str
    text: str


def newest_copy(player_id: str, message_class: str, since_ms: int) -> Copy | None:
    """Of the player's messages of this class made at `since_ms` or later."""
    rows = PlayerMessage.objects.filter(
        player_id=player_id, created_ms__gte=since_ms, message__message_class=message_class
    )
    found = rows.order_by("-created_ms", "-id").values_list("id", "reason").first()
    return Copy(*found) if found else None


def reason_of(message_id: str) -> str:
    return PlayerMessage.objects.values_list("reason", flat=True).get(id=message_id)


def recorded_pushes(message_id: str) -> list[RecordedPush]:
    """By device type."""
    rows = PushAttempt.objects.filter(player_message_id=message_id, code="sandbox").order_by("device_os")
    return [_recorded(row) for row in rows]


def attempts(message_id: str) -> list[tuple[str, str]]:
    """(provider, code) of each attempt to push it, in order."""
    rows = PushAttempt.objects.filter(player_message_id=message_id).order_by("id")
    return list(rows.values_list("provider", "code"))


def _recorded(row: PushAttempt) -> RecordedPush:
    """An iPhone's text is at `aps.alert`, the others' at `notification` or beside the rest."""
    payload = json.loads(row.payload)
    alert = payload.get("aps", {}).get("alert") or payload.get("notification") or payload
    if not isinstance(alert, dict):
        return RecordedPush(row.device_os, str(alert))
    return RecordedPush(row.device_os, str(alert.get("body", "")))
