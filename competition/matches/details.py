"""A match as its participants see it (competition-rules.md §8.5)."""

from typing import Any

from competition.matches.announcing import participant_document
from competition.matches.loading import load_matches
from competition.models import Match
from players.models import Player
from protocol.errors import RequestError
from realtime.presence import presence


def match_details(stage_id: int, match_id: str, player_id: str) -> dict[str, Any]:
    """For a participant: the opponents, without the caller. Raises RequestError `matchId: NOT_FOUND`."""
    rows = Match.objects.filter(pk=match_id, pool__stage=stage_id, participants__player=player_id)
    found = load_matches(rows)
    if not found:
        raise RequestError({"matchId": "NOT_FOUND"})
    (match,) = found
    players = Player.objects.in_bulk(match.player_ids)
    online = presence().online_from_thread(match.player_ids)
    opponents = [
        participant_document(players[member.player_id], online, member)
        for member in match.members
        if member.player_id != player_id
    ]
    (peer_id,) = [member.peer_id for member in match.members if member.player_id == player_id]
    data = {"matchData": match.match_data} if match.match_data is not None else {}
    return {**data, "matchId": match.id, "opponents": opponents, "peerId": peer_id, "playerId": player_id}
