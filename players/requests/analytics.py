"""Analytics are kept for a while (players.jobs), for the game's own reports."""

from players.models import AnalyticsEvent
from players.requests.limits import check_texts
from protocol.registry import request
from protocol.request import Request
from protocol.schemas.analytics import AnalyticsRequest


@request("AnalyticsRequest", AnalyticsRequest)
def analytics(request: Request) -> None:
    data = request.data
    check_texts(key=data.key)
    AnalyticsEvent.objects.create(
        stage_id=request.session.stage_id,
        player_id=request.player_id or "",
        key=data.key or "",
        data=data.data,
        start=bool(data.start),
        end=bool(data.end),
    )
