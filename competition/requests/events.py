"""What players do: events of the game's own."""

from competition.challenges.holding import Act
from competition.challenges.posting import count_global, hold_global
from competition.events.posting import post
from competition.events.posts import Posting
from competition.events.types import event_type
from competition.events.values import read_values
from protocol.dates import now_ms
from protocol.errors import RequestError
from protocol.registry import request
from protocol.request import Request
from protocol.schemas.player import LogEventRequest


@request("LogEventRequest", LogEventRequest)
def log_event(request: Request) -> None:
    """Raises RequestError `eventKey: INVALID`, or what is wrong with each attribute."""
    posting = read_posting(request)
    challenges = hold_global(Act.of(request), posting)
    post(posting)
    for challenge in challenges:
        count_global(challenge, posting)


def read_posting(request: Request, scope: str = "", board: str | None = None) -> Posting:
    """The event that a request brings, complete and typed (§1.2). Raises RequestError."""
    at_ms, stage_id = now_ms(), request.session.stage_id
    type_ = event_type(stage_id, request.data.event_key)
    if type_ is None:
        raise RequestError({"eventKey": "INVALID"})
    return Posting(
        stage_id=stage_id,
        player_id=request.player_id or "",
        event_code=type_.code,
        values=read_values(type_, request.raw, at_ms),
        at_ms=at_ms,
        run=request.run,
        origin={"request": request.name, "playerId": request.player_id},
        scope=scope,
        board=board,
    )
