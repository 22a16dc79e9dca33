"""Players with what pages show of them, and what attacks in a name."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from messaging.models import Message, PlayerMessage
from players.models import Player
from protocol.dates import now_ms
from protocol.session import Rights, Session
from push.devices import register
from push.models import Device
from realtime.connection import State
from realtime.registry import registry
from tests.portal.web.people import People

HOSTILE = [
    '"><img src=x onerror=alert(1)>',
    "</script><script>alert(1)</script>",
    "${7*7}",
    "{{ 7*7 }}{% now 'Y' %}",
    "javascript:alert(1)",
    "\u202eevil",
    "a" * 255,  # as long as a name may be
]
SECRET = "the words of the message"
HOUR_MS = 3_600_000


def add_player(people: People, name: str = "pascal", stage: str = "preview", **fields: Any) -> Player:
    named = {"user_name": name, "display_name": "Pascal"}
    return Player.objects.create(stage=people.game.stage(stage), **named | fields)


def send(player: Player, reason: str = "confirmed_socket", **fields: Any) -> PlayerMessage:
    times = {"created_ms": now_ms(), "expires_ms": now_ms() + HOUR_MS}
    message = Message.objects.create(
        stage=player.stage,
        message_class="FriendMessage",
        origin='{"request": "SendFriendMessageRequest", "playerId": "5a0000000000000000000001"}',
        recipients=1,
        **times,
    )
    fields = {"document": f'{{"summary": "{SECRET}"}}', **times, **fields}
    return PlayerMessage.objects.create(message=message, player=player, reason=reason, **fields)


def add_device(player: Player, device_os: str = "ios", token: str = "a1b2c3d4" * 8) -> Device:
    return register(player, device_os, token)


@contextmanager
def online(player: Player, address: str = "192.0.2.17", device_id: str = "phone-1") -> Iterator[None]:
    """With what this process holds of a socket."""
    session = Session("ours", player.stage.game_id, player.stage_id, player.stage.name, Rights("device"))
    session.address, session.device_id, session.session_id = address, device_id, "5a"
    held: Any = SimpleNamespace(
        session=session,
        transport=SimpleNamespace(buffered=1234),
        bound_ms=now_ms(),
        state=State.LIVE,
        silent=False,
    )
    registry.add(player.pk, held)
    try:
        yield
    finally:
        registry.remove(player.pk, held)
