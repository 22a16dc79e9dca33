"""Which achievements there are, and which of them the player has."""

from typing import Any

from competition.achievements.documents import achievement_documents
from protocol.registry import request
from protocol.request import Request
from protocol.schemas.player import ListAchievementsRequest


@request("ListAchievementsRequest", ListAchievementsRequest, durable=False)
def list_achievements(request: Request) -> dict[str, Any]:
    return {"achievements": achievement_documents(request.session.stage_id, request.player_id or "")}
