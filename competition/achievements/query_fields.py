"""What segment queries may ask about a player's achievements."""

from collections.abc import Mapping, Sequence
from typing import Any

from competition.models import PlayerAchievement
from players.query_fields import QueryField, loaded_set

_SQL = """
SELECT competition_playerachievement.code AS value FROM competition_playerachievement
WHERE competition_playerachievement.player_id = players_player.id
"""


def _codes(player_ids: Sequence[str]) -> Mapping[str, Any]:
    found: dict[str, set[str]] = {}
    for player_id, code in PlayerAchievement.objects.filter(player__in=player_ids).values_list(
        "player_id", "code"
    ):
        found.setdefault(player_id, set()).add(code)
    return found


ACHIEVEMENT: QueryField = loaded_set("achievement", _SQL, _codes)
