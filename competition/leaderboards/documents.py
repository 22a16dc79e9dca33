"""How an entry appears to players: the `LeaderboardData` of types.json."""

from typing import Any

from competition.models import BoardEntry
from protocol.dates import format_date


def entry_document(entry: BoardEntry, rank: int | None = None) -> dict[str, Any]:
    """`rank` travels in the results of requests, not in messages (§3.1.6). The entry's player or team
    should be read with it."""
    document = _of_player(entry) if entry.player is not None else _of_team(entry)
    return document if rank is None else document | {"rank": rank}


def _of_player(entry: BoardEntry) -> dict[str, Any]:
    player = entry.player
    assert player is not None
    return {
        **entry.values,
        "userId": player.pk,
        "when": format_date(entry.when_ms),
        "city": entry.city,
        "country": entry.country,
        "userName": player.display_name,
        "externalIds": player.external_ids,
    }


def _of_team(entry: BoardEntry) -> dict[str, Any]:
    team = entry.team
    assert team is not None
    return {
        **entry.values,
        "teamId": team.team_id,
        "teamName": team.name,
        "when": format_date(entry.when_ms),
    }
