"""Registering devices, and finding those of players."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db import connection, transaction

from games.audit import record
from games.models import User
from players.models import Player
from protocol.dates import now_ms
from push.models import Device
from push.providers import DEVICE_TYPES, MAX_TOKEN_LENGTH, provider_of, token_hash
from realtime.sql import IN_LIST, encode_list

DEVICES_A_PLAYER = 20

# On the path of every message to somebody who is away, hence plain SQL.
_OF_PLAYERS = f"""
SELECT player_id, id, device_os, provider FROM push_device
WHERE player_id {IN_LIST} AND disabled = ''
ORDER BY created_ms, id
"""


class DeviceInfo(NamedTuple):
    """A device as a delivery decision needs it."""

    id: str
    device_os: str
    provider: str


class InvalidDeviceOS(ValueError):
    """Not one of providers.DEVICE_TYPES, in whatever case."""


@transaction.atomic
def register(player: Player, device_os: str, push_id: str) -> Device:
    """The device of that token, which is `player`'s from now on, whoever had it before.

    Past `DEVICES_A_PLAYER` the one registered longest ago goes. Raises InvalidDeviceOS, InvalidToken.
    """
    device_os = device_os.strip().lower()
    if device_os not in DEVICE_TYPES:
        raise InvalidDeviceOS(device_os)
    push_id = push_id.strip()
    provider = provider_of(device_os, push_id)
    now = now_ms()
    changes = {
        "player": player,
        "device_os": device_os,
        "push_id": push_id,
        "updated_ms": now,
        "disabled": "",
    }
    device, _ = Device.objects.update_or_create(
        stage_id=player.stage_id,
        provider=provider,
        push_hash=token_hash(provider, push_id),
        defaults=changes,
        create_defaults=changes | {"created_ms": now},
    )
    _drop_oldest(player)
    return device


def unregister(player_id: str, device_id: str) -> bool:
    """Whether the player had that device. Pushes still queued for it end as `no_device`."""
    deleted, _ = Device.objects.filter(pk=device_id, player_id=player_id).delete()
    return deleted > 0


def remove(device: Device, actor: User | None) -> None:
    """An operator ends a registration. The device is back once its app registers it again."""
    with transaction.atomic():
        facts = {"stage": device.stage.name, "player": device.player_id, "device": device.masked_token}
        record(actor, "device.removed", device.pk, device.stage.game, **facts)
        unregister(device.player_id, device.pk)


def rename(device_id: str, push_id: str, known_ms: int) -> None:
    """The provider calls the device by another token from now on, unless it registered again since.

    Where that token is registered already, the device is the same one: the older registration ends.
    """
    device = Device.objects.filter(pk=device_id, updated_ms__lte=known_ms).first()
    if device is None or len(push_id) > MAX_TOKEN_LENGTH:
        return
    push_hash = token_hash(device.provider, push_id)
    same = Device.objects.filter(stage_id=device.stage_id, provider=device.provider, push_hash=push_hash)
    if same.exclude(pk=device_id).exists():
        Device.objects.filter(pk=device_id).update(disabled="replaced")
    else:
        Device.objects.filter(pk=device_id).update(push_id=push_id, push_hash=push_hash)


def devices_of(player_ids: Iterable[str]) -> dict[str, list[DeviceInfo]]:
    """The usable devices of each player who has any, in order of registration."""
    found: dict[str, list[DeviceInfo]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_OF_PLAYERS, [encode_list(list(player_ids))])
        for player_id, *device in cursor.fetchall():
            found.setdefault(player_id, []).append(DeviceInfo(*device))
    return found


def _drop_oldest(player: Player) -> None:
    newest = Device.objects.filter(player=player).order_by("-updated_ms", "-id")
    surplus = list(newest.values_list("id", flat=True)[DEVICES_A_PLAYER:])
    if surplus:
        Device.objects.filter(pk__in=surplus).delete()
