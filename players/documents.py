"""How a player appears to other players: the `Player` of types.json."""

from collections.abc import Collection
from typing import Any

from players.models import Player


def player_document(player: Player, online: Collection[str]) -> dict[str, Any]:
    """`online`: the ids of those who are. `scriptData` travels only when it is set, as it did."""
    document = {
        "id": player.pk,
        "displayName": player.display_name,
        "online": player.pk in online,
        "externalIds": player.external_ids,
    }
    return document | ({"scriptData": player.script_data} if player.script_data else {})
