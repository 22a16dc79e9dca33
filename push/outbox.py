"""Queueing finished pushes, beside whatever else the transaction writes."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection, transaction

from protocol.dates import now_ms
from protocol.ids import new_id
from realtime.sql import given, given_values
from realtime.worker import wake

JOB = "push.send"

_COLUMNS = {
    "id": "text",
    "provider": "text",
    "device_id": "text",
    "device_os": "text",
    "player_id": "text",
    "player_message_id": "text",
    "message_class": "text",
    "payload": "text",
    "badge": "boolean",
    "collapse_key": "text",
    "expires_ms": "bigint",
    "note": "text",
    "variant": "integer",
    "test": "boolean",
}
_INSERT = f"""
INSERT INTO push_outboxpush ({", ".join(_COLUMNS)}, stage_id, created_ms, due_ms, tries, claim, coalesces)
SELECT {", ".join(_COLUMNS)}, %s, %s, %s, 0, '',
    provider IN (SELECT provider FROM push_provideraccount WHERE stage_id = %s AND coalesces)
FROM {given("push", **_COLUMNS)}
"""


@dataclass(frozen=True, slots=True)
class PushItem:
    """One payload for one device.

    `payload` is JSON text in the provider's shape without the token: for apns the whole document with `aps`,
    for fcm the fields of `message`, for the others the document itself.
    `expires_ms` 0 is "now or never". `badge` True has the player's badge counted when the push leaves,
    unless the payload sets one itself. `collapse_key` defaults to the message's id. `note`, what of
    the message did not fit, stands in the push's attempts. `variant` is the segment
    variant that it was made from. `test` pushes are not counted.
    """

    player_message_id: str
    player_id: str
    device_id: str
    device_os: str
    provider: str
    message_class: str
    payload: str
    expires_ms: int = 0
    badge: bool = False
    collapse_key: str = ""
    note: str = ""
    variant: int | None = None
    test: bool = False


def enqueue(stage_id: int, items: Iterable[PushItem]) -> None:
    """Part of the current transaction, one statement; the worker is woken by its commit."""
    rows = [_row(item) for item in items]
    if not rows:
        return
    now = now_ms()
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [stage_id, now, now, stage_id, *given_values(rows)])
    transaction.on_commit(lambda: wake(JOB), robust=True)


def _row(item: PushItem) -> tuple[str | bool | int | None, ...]:
    """In the order of _COLUMNS."""
    return (
        new_id(),
        item.provider,
        item.device_id,
        item.device_os,
        item.player_id,
        item.player_message_id,
        item.message_class,
        item.payload,
        item.badge,
        item.collapse_key or item.player_message_id,
        item.expires_ms,
        item.note,
        item.variant,
        item.test,
    )
