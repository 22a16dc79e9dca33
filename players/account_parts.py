"""What AccountDetailsResponse holds: each package adds its own part."""

from collections.abc import Callable
from typing import Any

from players.models import Player

AccountPart = Callable[[Player], dict[str, Any]]
_parts: list[AccountPart] = []


def register_account_part(part: AccountPart) -> AccountPart:
    """`part(player)` gives wire fields; a later part replaces fields of an earlier one."""
    _parts.append(part)
    return part


def account_details(player: Player) -> dict[str, Any]:
    details: dict[str, Any] = {}
    for part in _parts:
        details.update(part(player))
    return details


@register_account_part
def _player(player: Player) -> dict[str, Any]:
    """`scriptData` is what scripts keep of the player, when there is any (cloud-code.md §7)."""
    details = {
        "displayName": player.display_name,
        "externalIds": player.external_ids,
        "location": player.location or None,
        "userId": player.pk,
    }
    return details | ({"scriptData": player.script_data} if player.script_data else {})
