"""Players of the stage, and what scripts keep of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import msgspec
from django.db import transaction

from cloudcode.models import PrivateData
from cloudcode.operations.registry import Arguments, operation, read
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
    return (await load_all(host.stage_id, [asked.player_id])).get(asked.player_id)


async def load_all(stage_id: int, player_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What scripts may know of each, by id; those of the stage alone."""
    return await database.run(_load_all, stage_id, player_ids)


def _load_all(stage_id: int, player_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    players = list(Player.objects.filter(stage_id=stage_id, pk__in=player_ids))
    private = dict(PrivateData.objects.filter(pk__in=[each.pk for each in players]).values_list("pk", "data"))
    return {player.pk: _facts(player, private.get(player.pk, {})) for player in players}


def _facts(player: Player, private: dict[str, Any]) -> dict[str, Any]:
    return {
        "userName": player.user_name,
        "displayName": player.display_name,
        "externalIds": player.external_ids,
        "created": player.created_ms,
        "lastSeen": player.last_seen_ms,
        "scriptData": player.script_data,
        "privateData": private,
        "segments": player.segments,
    }


@operation("player.save", Save)
async def save(host: "ScriptHost", asked: Save) -> None:
    """Key by key, so that runs that set different ones do not undo each other."""
    (refused,) = await database.run(_save_all, host.stage_id, [_sound(asked)])
    if refused is not None:
        raise refused


async def save_given(stage_id: int, given: Sequence[list[Any]]) -> list[Refused | None]:
    """The arguments of several: why each is not saved, in one transaction, one after another."""
    refusals: list[Refused | None] = []
    fit: list[Save] = []
    for arguments in given:
        try:
            fit.append(_sound(cast(Save, read(Save, arguments))))
            refusals.append(None)
        except Refused as refused:
            refusals.append(refused)
    later = iter(await database.run(_save_all, stage_id, fit) if fit else ())
    return [next(later) if refused is None else refused for refused in refusals]


def _sound(asked: Save) -> Save:
    sound({"changes": msgspec.to_builtins(asked.changes)})
    return asked


def _save_all(stage_id: int, asked: Sequence[Save]) -> list[Refused | None]:
    ids = {each.player_id for each in asked}
    with transaction.atomic():
        locked = Player.objects.select_for_update(no_key=True).order_by("pk")
        players = {player.pk: player for player in locked.filter(stage_id=stage_id, pk__in=ids)}
        private = {row.pk: row for row in PrivateData.objects.filter(pk__in=players)}
        refusals = [_change(players, private, each) for each in asked]
        done = [each for each, refused in zip(asked, refusals, strict=True) if refused is None]
        changed = {each.player_id for each in done if each.changes.script_data}
        Player.objects.bulk_update([players[pk] for pk in changed], ["script_data"])
        changed = {each.player_id for each in done if each.changes.private_data}
        PrivateData.objects.bulk_create(
            [private[pk] for pk in changed],
            update_conflicts=True,
            unique_fields=["player"],
            update_fields=["data"],
        )
    return refusals


def _change(players: Mapping[str, Player], private: dict[str, PrivateData], asked: Save) -> Refused | None:
    """All of it or nothing; in memory, but for segments."""
    player, changes = players.get(asked.player_id), asked.changes
    if player is None:
        return Refused("the player is gone")
    row = private.get(player.pk) or PrivateData(player=player, data={})
    try:
        public, hidden = (
            _merged(player.script_data, changes.script_data),
            _merged(row.data, changes.private_data),
        )
        _set_segments(player, changes.segments)
    except Refused as refused:
        return refused
    player.script_data, row.data = public, hidden
    private[player.pk] = row
    return None


def _merged(kept: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    if not changes:
        return kept
    merged = {name: value for name, value in {**kept, **changes}.items() if value is not None}
    if len(msgspec.json.encode(merged)) > MOST_KEPT:
        raise Refused(f"more than {MOST_KEPT // 1024} KB of data of one player")
    return merged


def _set_segments(player: Player, changes: Mapping[str, str | None]) -> None:
    if not changes:
        return
    with transaction.atomic():
        for segment, value in changes.items():
            try:
                segments.set_value(player.stage_id, player.pk, segment, value)
            except RequestError:
                raise Refused(f"no segment {segment} with a value {value}") from None


@operation("player.online", OfPlayer)
async def online(host: "ScriptHost", asked: OfPlayer) -> bool:
    """Presence names ids alone; whose stage it is must be asked of the database.

    Who is logged in by the answer that a script is looking at is online already.
    """
    if asked.player_id == host.player_id and _is_answered(host):
        return True
    if not await presence().online([asked.player_id]):
        return False
    return asked.player_id == host.player_id or await database.run(
        _is_of_stage, host.stage_id, asked.player_id
    )


def _is_answered(host: "ScriptHost") -> bool:
    """Whether the script looks at an answer that goes to the player's own socket."""
    session = host.caller.session
    is_socket = session is not None and session.transport == "socket" and session.rights.player
    return is_socket and host.script.name.startswith("response/")


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
