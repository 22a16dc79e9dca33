"""Queueing finished pushes, beside whatever else the transaction writes."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from protocol.dates import now_ms
from push.models import OutboxPush
from realtime.worker import wake

JOB = "push.send"
ROWS_A_STATEMENT = 500


@dataclass(frozen=True, slots=True)
class PushItem:
    """One payload for one device.

    `payload` is JSON text in the provider's shape without the token: for apns the whole document with `aps`,
    for fcm the fields of `message`, for the others the document itself.
    `expires_ms` 0 is "now or never". `badge` True has the player's badge counted when the push leaves,
    unless the payload sets one itself. `collapse_key` defaults to the message's id.
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


def enqueue(stage_id: int, items: Iterable[PushItem]) -> None:
    """Part of the current transaction; the worker is woken by its commit."""
    now = now_ms()
    rows = [_row(stage_id, item, now) for item in items]
    if not rows:
        return
    OutboxPush.objects.bulk_create(rows, batch_size=ROWS_A_STATEMENT)
    transaction.on_commit(lambda: wake(JOB), robust=True)


def _row(stage_id: int, item: PushItem, now: int) -> OutboxPush:
    return OutboxPush(
        stage_id=stage_id,
        provider=item.provider,
        device_id=item.device_id,
        device_os=item.device_os,
        player_id=item.player_id,
        player_message_id=item.player_message_id,
        message_class=item.message_class,
        payload=item.payload,
        badge=item.badge,
        collapse_key=item.collapse_key or item.player_message_id,
        expires_ms=item.expires_ms,
        created_ms=now,
        due_ms=now,
    )
