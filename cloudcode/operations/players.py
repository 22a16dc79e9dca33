"""Players of the stage, and what scripts keep of them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from django.db import transaction

from cloudcode.models import PrivateData
from cloudcode.operations.registry import Arguments, operation
from cloudcode.operations.sound import sound
from cloudcode.sandbox.running import Refused
from messaging.delivery import Queued
from players import segments
from players.models import Player
from players.sessions import terminate
from protocol.errors import RequestError
from protocol.run import Run
from push.devices import unregister
from push.models import Device
from realtime import database
from realtime.connection import Connection
from realtime.presence import presence

if TYPE_CHECKING:
    from cloudcode.host import ScriptHost

MOST_KEPT = 256 * 1024  # bytes of a player's scriptData, and of privateData


class OfPlayer(Arguments, frozen=True):
    player_id: str


class Changes(msgspec.Struct, rename="camel"):
    """By name; None takes away."""

    script_data: dict[str, Any] = {}
    private_data: dict[str, Any] = {}
    segments: dict[str, str | None] = {}


class Save(Arguments, frozen=True):
    player_id: str
    changes: Changes


class RemoveDevice(Arguments, frozen=True):
    player_id: str
    device_id: str


class Disconnect(Arguments, frozen=True):
    player_id: str
    exclude_current: bool


@operation("player.load", OfPlayer)
async def load(host: "ScriptHost", asked: OfPlayer) -> dict[str, Any] | None:
    return await database.run(_load, host.stage_id, asked.player_id)


def _load(stage_id: int, player_id: str) -> dict[str, Any] | None:
    player = Player.objects.filter(stage_id=stage_id, pk=player_id).first()
    if player is None:
        return None
    private = PrivateData.objects.filter(pk=player_id).first()
    return {
        "userName": player.user_name,
        "displayName": player.display_name,
        "externalIds": player.external_ids,
        "created": player.created_ms,
        "lastSeen": player.last_seen_ms,
        "scriptData": player.script_data,
        "privateData": private.data if private else {},
        "segments": player.segments,
    }


@operation("player.save", Save)
async def save(host: "ScriptHost", asked: Save) -> None:
    """Key by key, so that runs that set different ones do not undo each other."""
    sound({"changes": msgspec.to_builtins(asked.changes)})
    await database.run(_save, host.stage_id, asked.player_id, asked.changes)


def _save(stage_id: int, player_id: str, changes: Changes) -> None:
    with transaction.atomic():
        players = Player.objects.select_for_update(no_key=True)
        player = players.filter(stage_id=stage_id, pk=player_id).first()
        if player is None:
            raise Refused("the player is gone")
        if changes.script_data:
            player.script_data = _merged(player.script_data, changes.script_data)
            player.save(update_fields=["script_data"])
        if changes.private_data:
            private, _ = PrivateData.objects.get_or_create(player=player)
            private.data = _merged(private.data, changes.private_data)
            private.save(update_fields=["data"])
        for segment, value in changes.segments.items():
            _set_segment(stage_id, player_id, segment, value)


def _merged(kept: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    merged = {name: value for name, value in {**kept, **changes}.items() if value is not None}
    if len(msgspec.json.encode(merged)) > MOST_KEPT:
        raise Refused(f"more than {MOST_KEPT // 1024} KB of data of one player")
    return merged


def _set_segment(stage_id: int, player_id: str, segment: str, value: str | None) -> None:
    try:
        segments.set_value(stage_id, player_id, segment, value)
    except RequestError:
        raise Refused(f"no segment {segment} with a value {value}") from None


@operation("player.online", OfPlayer)
async def online(host: "ScriptHost", asked: OfPlayer) -> bool:
    """Presence names ids alone; whose stage it is must be asked of the database."""
    if not await presence().online([asked.player_id]):
        return False
    return asked.player_id == host.player_id or await database.run(
        _is_of_stage, host.stage_id, asked.player_id
    )


def _is_of_stage(stage_id: int, player_id: str) -> bool:
    return Player.objects.filter(stage_id=stage_id, pk=player_id).exists()


@operation("player.devices", OfPlayer)
async def devices(host: "ScriptHost", asked: OfPlayer) -> list[dict[str, str]]:
    return await database.run(_devices, host.stage_id, asked.player_id)


def _devices(stage_id: int, player_id: str) -> list[dict[str, str]]:
    rows = Device.objects.filter(stage_id=stage_id, player_id=player_id, disabled="").order_by(
        "created_ms", "id"
    )
    return [{"id": row.pk, "pushId": row.push_id, "deviceOS": row.device_os} for row in rows]


@operation("player.removeDevice", RemoveDevice)
async def remove_device(host: "ScriptHost", asked: RemoveDevice) -> None:
    def remove() -> None:
        if _is_of_stage(host.stage_id, asked.player_id):
            unregister(asked.player_id, asked.device_id)

    await database.run(remove)


@operation("player.disconnect", Disconnect)
async def disconnect(host: "ScriptHost", asked: Disconnect) -> None:
    """After the answer, which still goes out over the socket."""
    if not await database.run(_is_of_stage, host.stage_id, asked.player_id):
        return
    session = host.caller.session
    keep = session.connection if session is not None and asked.exclude_current else None
    host.caller.run.deliveries.append(Disconnected(asked.player_id, keep))


@dataclass(frozen=True, slots=True)
class Disconnected(Queued):
    """Ends a player's sessions in its turn."""

    player_id: str
    keep: Connection | None

    async def work(self, run: Run) -> None:
        await terminate(self.player_id, self.keep)
