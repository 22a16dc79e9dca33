"""Asking for a match, taking it back, and looking at what was found."""

from typing import Any

import msgspec

from competition.matches import asking, joining
from competition.matches.asking import Wish
from competition.matches.details import match_details
from competition.matches.pools import PoolName
from competition.matches.queries import InvalidQuery, read_query
from competition.matches.types import MatchType, match_type
from competition.models.matches import LONGEST_GROUP
from protocol.errors import RequestError
from protocol.registry import request
from protocol.request import Request
from protocol.schemas.multiplayer import (
    FindMatchRequest,
    FindPendingMatchesRequest,
    JoinPendingMatchRequest,
    MatchDetailsRequest,
    MatchmakingRequest,
)

LARGEST_SKILL = 1e15
LARGEST_DATA = 16 * 1024  # bytes: every participant's travels to all others
LARGEST_QUERY = 8 * 1024
CANCEL = "cancel"


@request("MatchmakingRequest", MatchmakingRequest)
def matchmaking(request: Request) -> None:
    _, name = named(request)
    player_id = request.player_id or ""
    if request.data.action is not None:
        asking.cancel(name, player_id, request.run, request.name)
    else:
        asking.ask(name, player_id, _wish(request.data), request.run, request.name)


@request("FindPendingMatchesRequest", FindPendingMatchesRequest, durable=False)
def find_pending_matches(request: Request) -> dict[str, Any]:
    _, name = named(request)
    found = joining.find_pending(name, request.player_id or "", request.data.max_matches_to_find)
    return {"pendingMatches": found} if found else {}


@request("JoinPendingMatchRequest", JoinPendingMatchRequest)
def join_pending_match(request: Request) -> dict[str, Any]:
    _, name = named(request)
    pending_id = request.data.pending_match_id
    joined = joining.join_pending(name, request.player_id or "", pending_id, request.run, request.name)
    return {"pendingMatch": joined}


@request("MatchDetailsRequest", MatchDetailsRequest, durable=False)
def details_of_match(request: Request) -> dict[str, Any]:
    return match_details(request.session.stage_id, request.data.match_id, request.player_id or "")


def named(request: Request) -> tuple[MatchType, PoolName]:
    """Raises RequestError with every field that is faulty."""
    data, stage_id = request.data, request.session.stage_id
    type_ = match_type(stage_id, data.match_short_code)
    faults = {"matchShortCode": "" if type_ else "NOT_FOUND", "matchGroup": _group_fault(data.match_group)}
    if isinstance(data, MatchmakingRequest | FindMatchRequest):
        faults |= {"action": _action_fault(data.action), **_wish_faults(data)}
    if type_ is None or any(faults.values()):
        raise RequestError({field: code for field, code in faults.items() if code})
    return type_, PoolName(stage_id, type_.code, data.match_group)


def _action_fault(action: str | None) -> str:
    """[undecided → `action: INVALID` for one that nobody knows.]"""
    return "" if action in (None, CANCEL) else "INVALID"


def _skill_fault(skill: float | None) -> str:
    if skill is None:
        return "may not be null"
    return "" if abs(skill) <= LARGEST_SKILL else "INVALID"


def _group_fault(group: str | None) -> str:
    return "INVALID" if group is not None and len(group) > LONGEST_GROUP else ""


def _wish_faults(data: MatchmakingRequest | FindMatchRequest) -> dict[str, str]:
    """Of a request that asks; who cancels needs none of it."""
    if data.action is not None:
        return {}
    skill = {"skill": _skill_fault(data.skill)}
    if isinstance(data, FindMatchRequest):
        return skill
    return skill | {
        "participantData": _size_fault(data.participant_data),
        "matchData": _size_fault(data.match_data),
        "customQuery": _query_fault(data.custom_query),
    }


def _size_fault(data: Any) -> str:
    return "TOO_LARGE" if data is not None and len(msgspec.json.encode(data)) > LARGEST_DATA else ""


def _query_fault(query: dict[str, Any] | None) -> str:
    if query is None:
        return ""
    try:
        read_query(query)
    except InvalidQuery:
        return "INVALID_QUERY"
    return "INVALID_QUERY" if len(msgspec.json.encode(query)) > LARGEST_QUERY else ""


def _wish(data: MatchmakingRequest) -> Wish:
    return Wish(data.skill or 0, data.participant_data, data.match_data, data.custom_query)
