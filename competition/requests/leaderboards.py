"""Leaderboards: from the top, around the player, among friends, and several at once (§3.6).

Each answer shows one moment, so that its entries have the ranks it says, whoever posts meanwhile.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from competition.leaderboards import listing, several
from competition.leaderboards.circles import Asked
from competition.leaderboards.documents import entry_document
from competition.leaderboards.looking import Look, look_at
from competition.leaderboards.views import Ranked
from competition.requests.pages import clamped
from games.one_moment import read_at_one_moment
from protocol.registry import request
from protocol.request import Request
from protocol.schemas.leaderboards import (
    AroundMeLeaderboardRequest,
    BestEntries,
    GetLeaderboardEntriesRequest,
    LeaderboardDataRequest,
    LeaderboardsEntriesRequest,
    LeaderboardView,
    ListLeaderboardsRequest,
    SocialLeaderboardDataRequest,
)

# What every response has; a leaderboard of such a name is in `results` alone.
RESERVED = {"@class", "requestId", "scriptData", "error", "results"}


@request("LeaderboardDataRequest", LeaderboardDataRequest, durable=False)
def leaderboard_data(request: Request) -> dict[str, Any]:
    data = request.data
    look = _look(request, bool(data.social))
    return _answer(data, look, look.page(clamped(data.entry_count), max(data.offset or 0, 0)))


@request("AroundMeLeaderboardRequest", AroundMeLeaderboardRequest, durable=False)
def around_me_leaderboard(request: Request) -> dict[str, Any]:
    """Always says whether it is `social`."""
    data = request.data
    look = _look(request, bool(data.social))
    found = look.around_own(clamped(data.entry_count), data.custom_id_filter)
    return {**_answer(data, look, found), "social": bool(data.social)}


@request("SocialLeaderboardDataRequest", SocialLeaderboardDataRequest, durable=False)
def social_leaderboard_data(request: Request) -> dict[str, Any]:
    """Around the player; with an `offset` a page from the top (§3.6.2)."""
    data = request.data
    look = _look(request, social=True)
    number = clamped(data.entry_count)
    found = look.around_own(number) if data.offset is None else look.page(number, max(data.offset, 0))
    return _answer(data, look, found)


@request("ListLeaderboardsRequest", ListLeaderboardsRequest, durable=False)
def list_leaderboards(request: Request) -> dict[str, Any]:
    return {"leaderboards": listing.listed(request.session.stage_id)}


@request("GetLeaderboardEntriesRequest", GetLeaderboardEntriesRequest, durable=False)
def get_leaderboard_entries(request: Request) -> dict[str, Any]:
    """The best one of each list; with those of others all of them."""
    found = _entries(request)
    if _asked(request.data).is_restricted:
        return _results(found)
    return _results({name: entries[0] if entries else {} for name, entries in found.items()})


@request("LeaderboardsEntriesRequest", LeaderboardsEntriesRequest, durable=False)
def leaderboards_entries(request: Request) -> dict[str, Any]:
    return _results(_entries(request))


def _look(request: Request, social: bool) -> Look:
    read_at_one_moment()
    data: LeaderboardView = request.data
    asked = Asked(social, bool(data.inverse_social), data.friend_ids, data.team_ids, data.team_types)
    return look_at(
        request.session.stage_id,
        request.player_id or "",
        data.leaderboard_short_code,
        data.challenge_instance_id,
        asked,
        without_error=bool(data.dont_error_on_not_social),
    )


def _answer(data: LeaderboardView, look: Look, found: Sequence[Ranked]) -> dict[str, Any]:
    first, last = data.include_first or 0, data.include_last or 0
    return {
        "challengeInstanceId": data.challenge_instance_id,
        "leaderboardShortCode": look.at.code,
        "social": data.social,
        "first": _documents(look.page(clamped(first))) if first > 0 else None,
        "data": _documents(found),
        "last": _documents(look.last(clamped(last))) if last > 0 else None,
    }


def _entries(request: Request) -> dict[str, list[dict[str, Any]]]:
    read_at_one_moment()
    data: BestEntries = request.data
    stage_id, caller = request.session.stage_id, request.player_id or ""
    at = several.lists(stage_id, caller, data.leaderboards or (), data.challenges or ())
    player_id, asked = data.player or caller, _asked(data)
    if asked.is_restricted:
        found = several.seen_entries(stage_id, player_id, at, asked)
    else:
        found = several.own_entries(player_id, at)
    return {name: _documents(entries) for name, entries in found.items()}


def _asked(data: BestEntries) -> Asked:
    return Asked(bool(data.social), bool(data.inverse_social), team_types=data.team_types)


def _results(results: Mapping[str, Any]) -> dict[str, Any]:
    """Also at the top of the response, where games read them (§3.6.7)."""
    return {
        **{name: each for name, each in results.items() if name not in RESERVED},
        "results": dict(results),
    }


def _documents(found: Sequence[Ranked]) -> list[dict[str, Any]]:
    return [entry_document(entry, rank) for rank, entry in found]
