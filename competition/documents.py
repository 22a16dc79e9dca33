"""How teams appear to players: the `Team` of types.json."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects

from competition.models import Team, TeamMember
from players.documents import player_document
from realtime.presence import presence


def team_document(team: Team) -> dict[str, Any]:
    return team_documents([team])[0]


def team_documents(found: Iterable[Team]) -> list[dict[str, Any]]:
    """Three statements and one look at who is online, however many there are."""
    rows = list(found)
    members = TeamMember.objects.select_related("player").order_by("id")
    prefetch_related_objects(rows, "owner", Prefetch("members", members))
    players = {each.player_id for team in rows for each in team.members.all()}
    online = presence().online_from_thread(players | {team.owner_id for team in rows})
    return [
        {
            "teamId": team.team_id,
            "teamName": team.name,
            "teamType": team.team_type,
            "owner": player_document(team.owner, online),
            "members": [player_document(each.player, online) for each in team.members.all()],
        }
        for team in rows
    ]
