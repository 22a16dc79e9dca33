"""From a decision to push outbox rows: each device gets its provider's finished payload."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from messaging.decision import Target
from messaging.payloads import render_payload
from push.outbox import PushItem

if TYPE_CHECKING:
    from messaging.delivery import Delivery


def push_items(delivery: "Delivery", targets: Sequence[Target], online: bool) -> list[PushItem]:
    """The payload is made from the document that was stored, so it says what the inbox will say.

    `online`: whether the player was when the pushes were decided on.
    """
    if not targets:
        return []
    document = json.loads(delivery.document)
    return [_item(delivery, target, document, online) for target in targets]


def _item(delivery: "Delivery", target: Target, document: dict[str, object], online: bool) -> PushItem:
    payload = render_payload(
        target.provider,
        target.device_os,
        delivery.compiled,
        document,
        delivery.variant,
        delivery.recipient,
        online,
    )
    return PushItem(
        player_message_id=delivery.message_id,
        player_id=delivery.player_id,
        device_id=target.device_id,
        device_os=target.device_os,
        provider=target.provider,
        message_class=delivery.compiled.key,
        payload=msgspec.json.encode(payload.value).decode(),
        expires_ms=0 if delivery.policy.live_only else delivery.expires_ms,
        badge=delivery.policy.include_in_push_count,
        collapse_key=delivery.message_id,
        note=payload.note,
        variant=delivery.variant,
        test=delivery.test,
    )
