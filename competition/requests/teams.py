"""Teams: made, found, joined, left, dropped and listed."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects

from competition import teams
from competition.finding import find
from competition.models import Team, TeamMember
from competition.requests.pages import page
from competition.team_types import team_type
from players.documents import player_document
from protocol.errors import RequestError
from protocol.registry import request
from protocol.request import Request
from protocol.schemas.teams import (
    CreateTeamRequest,
    DropTeamRequest,
    GetMyTeamsRequest,
    GetTeamRequest,
    JoinTeamRequest,
    LeaveTeamRequest,
    ListTeamsRequest,
)
from realtime.presence import presence


@request("CreateTeamRequest", CreateTeamRequest)
def create_team(request: Request) -> dict[str, Any]:
    data = request.data
    return _document(teams.create(request.player_id or "", data.team_type, data.team_name, data.team_id))


@request("GetTeamRequest", GetTeamRequest, durable=False)
def get_team(request: Request) -> dict[str, Any]:
    """The team flat, and in `teams` as a list of one (§6.3)."""
    document = _document(_named(request))
    return {**document, "teams": [document]}


@request("JoinTeamRequest", JoinTeamRequest)
def join_team(request: Request) -> dict[str, Any]:
    _check_names_one(request)
    team = _named(request)
    teams.join(team, request.player_id or "")
    return _document(team)


@request("LeaveTeamRequest", LeaveTeamRequest)
def leave_team(request: Request) -> dict[str, Any]:
    team = _named(request)
    teams.leave(team, request.player_id or "")
    return _document(team)


@request("DropTeamRequest", DropTeamRequest)
def drop_team(request: Request) -> None:
    teams.drop(_named(request), request.player_id or "")


@request("GetMyTeamsRequest", GetMyTeamsRequest, durable=False)
def get_my_teams(request: Request) -> dict[str, Any]:
    data = request.data
    found = teams.teams_of(request.player_id or "", bool(data.owned_only), data.team_types)
    return {"teams": _documents(found)}


@request("ListTeamsRequest", ListTeamsRequest, durable=False)
def list_teams(request: Request) -> dict[str, Any]:
    data = request.data
    found = teams.teams_named(request.session.stage_id, data.team_name_filter, data.team_type_filter)
    return {"teams": _documents(page(found, data.entry_count, data.offset))}


def _named(request: Request) -> Team:
    return find(request.session.stage_id, request.player_id or "", request.data)


def _check_names_one(request: Request) -> None:
    """Who joins by a type may not leave open which of the owner's teams is meant (§6.3).

    Raises RequestError `teamType: INVALID`, `NOT_SINGULAR_USE_TEAMID`.
    """
    data = request.data
    if data.team_id is not None or data.team_type is None:
        return
    type_ = team_type(request.session.stage_id, data.team_type)
    if type_ is None:
        raise RequestError({"teamType": "INVALID"})
    if not type_.single:
        raise RequestError({"teamType": "NOT_SINGULAR_USE_TEAMID"})


def _document(team: Team) -> dict[str, Any]:
    return _documents([team])[0]


def _documents(found: Iterable[Team]) -> list[dict[str, Any]]:
    """Each a `Team` of types.json; three statements and one look at who is online, however many there are."""
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
