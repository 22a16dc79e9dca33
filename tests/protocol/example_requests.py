"""A module of handlers, for the tests of load_requests."""

from protocol.registry import request
from protocol.request import Request
from protocol.schemas.player import ListAchievementsRequest


@request("ListAchievementsRequest", ListAchievementsRequest)
def list_achievements(request: Request) -> None: ...
