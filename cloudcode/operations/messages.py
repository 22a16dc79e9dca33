"""Messages that scripts send and dismiss."""

from typing import TYPE_CHECKING, Any

import msgspec
from django.db import transaction

from cloudcode.operations.registry import Arguments, operation
from cloudcode.operations.sound import sound
from cloudcode.sandbox.running import Refused
from games.events import Overrides, PlatformEvent
from games.signals import platform_event
from messaging import inbox
from messaging.models import PlayerMessage
from push.providers import DEVICE_TYPES
from realtime import database

if TYPE_CHECKING:
    from cloudcode.host import ScriptHost

MOST_RECIPIENTS = 10_000
MOST_HOURS = 8760


class SendOverrides(msgspec.Struct, rename="camel", frozen=True):
    """Of one send; what is absent is as configured."""

    send_via_socket: bool | None = None
    send_as_push: bool | None = None
    suppress_push_on_socket_send: bool | None = None
    include_in_push_count: bool | None = None
    expire_after_hours: float | None = None
    device_types: list[str] | None = None


class Message(msgspec.Struct, rename="camel", frozen=True):
    """`at` is the script and line that sent it."""

    ext_code: str | None
    player_ids: list[str]
    data: Any
    overrides: SendOverrides
    at: tuple[str, int | None]


class Send(Arguments, frozen=True):
    message: Message


class Dismiss(Arguments, frozen=True):
    """`player_id`: only that player's."""

    message_id: str
    player_id: str | None


@operation("message.send", Send)
async def send(host: "ScriptHost", asked: Send) -> None:
    """Stored at once, delivered after the answer.

    Unknown ids are left out, duplicates sent once; an extension that the game lacks is sent as a plain
    ScriptMessage (cloud-code.md §7).
    """
    message = asked.message
    player_ids = tuple(dict.fromkeys(message.player_ids))
    if len(player_ids) > MOST_RECIPIENTS:
        raise Refused(f"more than {MOST_RECIPIENTS} recipients of one message")
    host.caller.budget.take_message()
    if not player_ids:
        return
    script, line = message.at
    event = PlatformEvent(
        stage_id=host.stage_id,
        message_class="ScriptMessage",
        ext_code=_known_extension(host, message.ext_code),
        data=sound({"data": message.data}),
        player_ids=player_ids,
        overrides=_overrides(message.overrides),
        origin={"script": script[:160], "line": line, "player": host.player_id},
    )
    await database.run(_send, host, event)


def _send(host: "ScriptHost", event: PlatformEvent) -> None:
    with transaction.atomic():
        platform_event.send(sender=host.script.name, run=host.caller.run, event=event)


def _known_extension(host: "ScriptHost", code: str | None) -> str | None:
    known = code and f"ScriptMessage_{code}" in host.caller.config.sections["messages"]
    return code if known else None


def _overrides(given: SendOverrides) -> Overrides | None:
    hours, types = given.expire_after_hours, given.device_types
    if hours is not None and not 0 <= hours <= MOST_HOURS:
        raise Refused(f"hours must be 0 to {MOST_HOURS}")
    lowered = None if types is None else tuple(each.lower() for each in types)
    if unknown := [each for each in lowered or () if each not in DEVICE_TYPES]:
        raise Refused(f"no device type {unknown[0]}: there are {', '.join(DEVICE_TYPES)}")
    overrides = Overrides(
        send_via_socket=given.send_via_socket,
        send_as_push=given.send_as_push,
        suppress_push_on_socket_send=given.suppress_push_on_socket_send,
        include_in_push_count=given.include_in_push_count,
        expire_after_hours=None if hours is None else int(hours),
        device_types=lowered,
    )
    return None if overrides == Overrides() else overrides


@operation("message.playerIds", Arguments)
async def player_ids(host: "ScriptHost", asked: Arguments) -> list[str]:
    """The recipients, in a message's scripts."""
    return host.caller.player_ids


@operation("message.dismiss", Dismiss)
async def dismiss(host: "ScriptHost", asked: Dismiss) -> bool:
    """Whether there was one. In its own user message script it is cancelled, before it is stored."""
    copy = host.copy
    if copy is not None and asked.message_id == copy.message_id and asked.player_id in (None, host.player_id):
        copy.cancelled = True
        return True
    return await database.run(_dismiss, host.stage_id, asked.message_id, asked.player_id)


def _dismiss(stage_id: int, message_id: str, player_id: str | None) -> bool:
    rows = PlayerMessage.objects.filter(id=message_id, message__stage_id=stage_id, dismissed=False)
    if player_id is not None:
        rows = rows.filter(player_id=player_id)
    row = rows.only("id", "player_id").first()
    return row is not None and not inbox.dismiss(row.player_id, [row.pk])
