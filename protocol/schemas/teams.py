"""Teams and their chat."""

from protocol.schemas.fields import Schema, Strings, Whole


class NamedTeam(Schema):
    """A team by its id, or by its owner and type."""

    owner_id: str | None = None
    team_id: str | None = None
    team_type: str | None = None


class CreateTeamRequest(Schema):
    team_name: str
    team_type: str
    team_id: str | None = None


class DropTeamRequest(NamedTeam):
    pass


class GetMyTeamsRequest(Schema):
    owned_only: bool | None = None
    team_types: Strings | None = None


class GetTeamRequest(NamedTeam):
    pass


class JoinTeamRequest(NamedTeam):
    pass


class LeaveTeamRequest(NamedTeam):
    pass


class ListTeamChatRequest(NamedTeam):
    entry_count: Whole = Whole(50)
    offset: Whole = Whole(0)


class ListTeamsRequest(Schema):
    entry_count: Whole = Whole(50)
    offset: Whole = Whole(0)
    team_name_filter: str | None = None
    team_type_filter: str | None = None


class SendTeamChatMessageRequest(NamedTeam):
    message: str | None = None
