"""Segments of a player, set by the game's own server."""

from players import segments
from protocol.registry import request
from protocol.request import Request
from protocol.schemas.flint import SetSegmentValueRequest


@request("SetSegmentValueRequest", SetSegmentValueRequest)
def set_segment_value(request: Request) -> None:
    """Without a value the player leaves the segment."""
    data = request.data
    segments.set_value(request.session.stage_id, request.player_id or "", data.segment, data.value)
