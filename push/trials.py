"""A test push to one device, past the outbox: at once, and recorded like every attempt."""

import time
from typing import Any

from django.db import transaction

from protocol.dates import now_ms
from push.account_health import learn
from push.models import Device, OutboxPush
from push.providers import Provider
from push.results import Result
from push.routes import Route
from push.settling import record_attempt
from push.transports.base import Notification, PushError, Transport

MESSAGE_CLASS = "TestPush"
TITLE, BODY = "Test", "Pushes reach this device."
TTL = 600  # seconds: a device that is off for a moment still shows it
DEADLINE = 15.0


def payload_of(provider: str) -> dict[str, Any]:
    """What shows that the way is open, in the provider's shape."""
    ids = {"class": MESSAGE_CLASS}
    match provider:
        case Provider.APNS:
            return {"aps": {"alert": {"title": TITLE, "body": BODY}}, **ids}
        case Provider.FCM:
            return {"notification": {"title": TITLE, "body": BODY}, "data": ids}
        case Provider.ADM:
            return {"data": {"title": TITLE, "message": BODY, **ids}}
        case _:
            return {"title": TITLE, "body": BODY, **ids}


async def attempt(transport: Transport, route: Route, device: Device) -> Result:
    """Raises nothing: an error is in the result."""
    row = _row(device)
    note = Notification(
        device.push_id, device.device_os, payload_of(device.provider), TTL, "flint-test", MESSAGE_CLASS
    )
    began = time.monotonic()
    sent, error = None, None
    try:
        sent = await transport.send(note, DEADLINE)
    except PushError as raised:
        error = raised
    took = int((time.monotonic() - began) * 1000)
    return Result(row, route.version, row.created_ms, took, sent, error)


@transaction.atomic
def keep(result: Result) -> None:
    """The attempt's row, and what it says of the account and of the token."""
    learn([result])
    record_attempt(result)


def _row(device: Device) -> OutboxPush:
    """Never saved: it names the attempt's device."""
    now = now_ms()
    return OutboxPush(
        stage_id=device.stage_id,
        provider=device.provider,
        device_id=device.pk,
        device_os=device.device_os,
        player_id=device.player_id,
        player_message_id="",
        message_class=MESSAGE_CLASS,
        created_ms=now,
        due_ms=now,
        tries=1,
    )
