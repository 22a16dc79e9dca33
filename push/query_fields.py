"""What segment queries may ask about a player's devices."""

from collections.abc import Mapping, Sequence
from typing import Any

from players.query_fields import loaded_set, register_field
from push.devices import devices_of

_SQL = """
SELECT push_device.device_os AS value FROM push_device
WHERE push_device.player_id = players_player.id AND push_device.disabled = ''
"""


def _device_types(player_ids: Sequence[str]) -> Mapping[str, Any]:
    found = devices_of(player_ids)
    return {player_id: {device.device_os for device in devices} for player_id, devices in found.items()}


register_field(loaded_set("deviceOS", _SQL, _device_types))
