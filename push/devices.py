"""Registering devices, and finding those of players."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import transaction

from players.models import Player
from protocol.dates import now_ms
from push.models import Device
from push.providers import DEVICE_TYPES, provider_of, token_hash

DEVICES_A_PLAYER = 20
PLAYERS_A_QUERY = 500


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


def devices_of(player_ids: Iterable[str]) -> dict[str, list[DeviceInfo]]:
    """The usable devices of each player who has any, in order of registration."""
    found: dict[str, list[DeviceInfo]] = {}
    for some in _chunks(player_ids):
        rows = Device.objects.filter(player_id__in=some, disabled="").order_by("created_ms", "id")
        for player_id, *device in rows.values_list("player_id", "id", "device_os", "provider"):
            found.setdefault(player_id, []).append(DeviceInfo(*device))
    return found


def _chunks(player_ids: Iterable[str]) -> Iterable[Sequence[str]]:
    ids = list(player_ids)
    return (ids[at : at + PLAYERS_A_QUERY] for at in range(0, len(ids), PLAYERS_A_QUERY))


def _drop_oldest(player: Player) -> None:
    newest = Device.objects.filter(player=player).order_by("-updated_ms", "-id")
    surplus = list(newest.values_list("id", flat=True)[DEVICES_A_PLAYER:])
    if surplus:
        Device.objects.filter(pk__in=surplus).delete()
