"""How tests of this package queue, send and look: always in the database thread."""

from collections.abc import Iterable
from typing import Any

from games.models import Stage
from protocol.dates import now_ms
from push.accounts import set_account
from push.models import Device, OutboxPush, ProviderAccount
from push.outbox import PushItem, enqueue
from push.sender import Sender
from realtime import database
from tests.push.recorder import make_device


async def queue(stage: Stage, items: Iterable[PushItem]) -> None:
    await database.run(enqueue, stage.pk, list(items))


async def send_all(sender: Sender) -> None:
    """What is due now, to its end."""
    await sender.send_due()
    await sender.idle()


async def rows(model: Any, *fields: str) -> list[Any]:
    return await database.run(lambda: list(model.objects.order_by("pk").values_list(*fields)))


async def make_due() -> None:
    """As if every retry's time had come."""
    await database.run(lambda: OutboxPush.objects.update(due_ms=now_ms() - 1))


async def device_of(stage: Stage, *args: Any) -> Device:
    return await database.run(lambda: make_device(stage, *args))


async def account_of(stage: Stage, provider: str, document: dict[str, Any]) -> ProviderAccount:
    return await database.run(set_account, stage, provider, document)
