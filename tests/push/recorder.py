"""What tests of this package share: the hooks' other side, and rows made in one line."""

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec

from games.models import Game, Stage
from players.models import Player
from protocol.dates import now_ms
from protocol.ids import new_id
from push import devices
from push.hooks import Outcome
from push.models import Device, ProviderAccount
from push.outbox import PushItem

HOUR_MS = 3_600_000
IOS_TOKEN = "a1b2c3d4" * 8


class Recorder:
    """`unwanted` and `unread` are what it answers, `reasons` what it was told, in order."""

    def __init__(self) -> None:
        self.unwanted: dict[str, str] = {}
        self.unread: dict[str, int] = {}
        self.outcomes: list[Outcome] = []
        self._told = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def until(self, count: int) -> None:
        """Until that many outcomes were told."""
        self._loop = asyncio.get_running_loop()
        async with asyncio.timeout(10):
            while len(self.outcomes) < count:
                self._told.clear()
                await self._told.wait()

    @property
    def reasons(self) -> list[str]:
        return [outcome.reason for outcome in self.outcomes]

    def wanted(self, ids: Sequence[str]) -> dict[str, str]:
        return {id: self.unwanted[id] for id in ids if id in self.unwanted}

    def badges(self, player_ids: Sequence[str]) -> dict[str, int]:
        return {id: self.unread.get(id, 0) for id in player_ids}

    def outcome(self, outcomes: Sequence[Outcome]) -> None:
        self.outcomes += outcomes
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._told.set)


def make_player(stage: Stage, name: str = "ada") -> Player:
    return Player.objects.create(stage=stage, user_name=name, display_name=name.title())


def make_device(stage: Stage, device_os: str = "ios", token: str = IOS_TOKEN, name: str = "") -> Device:
    """A device of a player of its own, who is called after the token's end."""
    player, _ = Player.objects.get_or_create(stage=stage, user_name=name or f"owner of {token[-8:]}")
    return devices.register(player, device_os, token)


def push_to(device: Device, payload: dict[str, Any] | None = None, **changes: Any) -> PushItem:
    shown: dict[str, Any] = {"title": "Your turn", "body": "Bo rolled a six"}
    shapes: dict[str, Any] = {
        "apns": {"aps": {"alert": shown}},
        "fcm": {"notification": shown},
        "adm": {"data": shown},
    }
    default = shapes.get(device.provider, shown)
    fields: dict[str, Any] = {
        "player_message_id": new_id(),
        "player_id": device.player_id,
        "device_id": device.id,
        "device_os": device.device_os,
        "provider": device.provider,
        "message_class": "FriendMessage",
        "payload": msgspec.json.encode(payload or default).decode(),
        "expires_ms": now_ms() + HOUR_MS,
    }
    return PushItem(**(fields | changes))


def unsaved_account(provider: str, document: dict[str, Any], **changes: Any) -> ProviderAccount:
    """For tests of a transport alone."""
    return ProviderAccount(
        stage=Stage(name="live", game=Game(name="Duel of Dice")),
        provider=provider,
        credentials=msgspec.json.encode(document["credentials"]).decode(),
        endpoint=document["endpoint"],
        token_endpoint=document.get("tokenEndpoint", ""),
        ca_bundle=document["caBundle"],
        **changes,
    )
