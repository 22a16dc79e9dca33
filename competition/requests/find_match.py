"""FindMatch, deprecated long ago: asks for a head-to-head match, and answers when it was found (§8.5)."""

from functools import partial

from competition.matches import asking
from competition.matches.asking import Wish
from competition.matches.awaiting import matched
from competition.matches.details import match_details
from competition.matches.types import MatchType
from competition.requests.matches import named
from protocol.errors import RequestError
from protocol.refusal import refuse
from protocol.registry import request
from protocol.request import Request, Response
from protocol.schemas.multiplayer import FindMatchRequest
from realtime import database


@request("FindMatchRequest", FindMatchRequest, durable=False)
def find_match(request: Request) -> Response:
    """[undecided → the answer waits; MatchFound is sent as well.]"""
    type_, name = named(request)
    player_id, data = request.player_id or "", request.data
    if fault := _type_fault(type_):
        raise RequestError({"match": fault})
    if data.action is not None:
        asking.cancel(name, player_id, request.run, request.name)
        return request.respond()
    asked_id = asking.ask(name, player_id, Wish(data.skill), request.run, request.name)
    waiting = request.respond()
    waiting.later = partial(_answer, request, asked_id)
    return waiting


async def _answer(request: Request, asked_id: str) -> Response:
    match_id = await matched(asked_id)
    if match_id is None:
        return refuse(request.raw, {"match": "NOT_FOUND"})
    stage_id, player_id = request.session.stage_id, request.player_id or ""
    try:
        details = await database.run(match_details, stage_id, match_id, player_id)
    except RequestError as error:  # it is gone already
        return refuse(request.raw, error.fields)
    return request.respond(details)


def _type_fault(type_: MatchType) -> str:
    if type_.most != 2:
        return "HEAD_TO_HEAD_ONLY"
    if type_.drop_in:
        return "NO_DROP_IN_DROP_OUT_AVAILABLE"
    return "NO_MANUAL_MATCHMAKING" if type_.manual else ""
