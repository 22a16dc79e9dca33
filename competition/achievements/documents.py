"""How achievements appear on the wire: those that there are, and those that a player has."""

from typing import Any

from competition import property_sets
from competition.achievements import holding
from competition.achievements.types import achievements
from players.models import Player


def achievement_documents(stage_id: int, player_id: str) -> list[dict[str, Any]]:
    """All that are configured, by short code (§4.8)."""
    earned = set(holding.codes_of(player_id))
    return [
        {
            "shortCode": each.code,
            "name": each.name,
            "description": each.description,
            "earned": each.code in earned,
            **property_sets.shown(stage_id, each.property_set),
        }
        for each in achievements(stage_id).values()
    ]


def account_part(player: Player) -> dict[str, Any]:
    """Absent without any, as in the old server's samples."""
    return {"achievements": codes} if (codes := holding.codes_of(player.pk)) else {}
