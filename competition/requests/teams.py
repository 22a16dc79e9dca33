"""Teams: made, found, joined, left, dropped and listed."""

from typing import Any

from competition import teams
from competition.documents import team_document, team_documents
from competition.finding import find, find_to_join
from competition.models import Team
from competition.requests.pages import numbered_page
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


@request("CreateTeamRequest", CreateTeamRequest)
def create_team(request: Request) -> dict[str, Any]:
    data = request.data
    return team_document(teams.create(request.player_id or "", data.team_type, data.team_name, data.team_id))


@request("GetTeamRequest", GetTeamRequest, durable=False)
def get_team(request: Request) -> dict[str, Any]:
    """The team flat, and in `teams` as a list of one (§6.3)."""
    document = team_document(_named(request))
    return {**document, "teams": [document]}


@request("JoinTeamRequest", JoinTeamRequest)
def join_team(request: Request) -> dict[str, Any]:
    team = find_to_join(request.session.stage_id, request.player_id or "", request.data)
    teams.join(team, request.player_id or "")
    return team_document(team)


@request("LeaveTeamRequest", LeaveTeamRequest)
def leave_team(request: Request) -> dict[str, Any]:
    team = _named(request)
    teams.leave(team, request.player_id or "")
    return team_document(team)


@request("DropTeamRequest", DropTeamRequest)
def drop_team(request: Request) -> None:
    teams.drop(_named(request), request.player_id or "")


@request("GetMyTeamsRequest", GetMyTeamsRequest, durable=False)
def get_my_teams(request: Request) -> dict[str, Any]:
    data = request.data
    found = teams.teams_of(request.player_id or "", bool(data.owned_only), data.team_types)
    return {"teams": team_documents(found)}


@request("ListTeamsRequest", ListTeamsRequest, durable=False)
def list_teams(request: Request) -> dict[str, Any]:
    """`offset` is the number of a page (§5.4)."""
    data = request.data
    found = teams.teams_named(request.session.stage_id, data.team_name_filter, data.team_type_filter)
    return {"teams": team_documents(numbered_page(found, data.entry_count, data.offset))}


def _named(request: Request) -> Team:
    return find(request.session.stage_id, request.player_id or "", request.data)
