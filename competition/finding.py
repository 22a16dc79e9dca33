"""Which team a request means (competition-rules.md §6.3). A mandatory one is made when it is asked for."""

from django.db import IntegrityError
from django.db.models import QuerySet

from competition.models import Team
from competition.team_types import TeamType, team_type
from competition.teams import make
from players.models import Player
from protocol.errors import RequestError
from protocol.ids import new_id
from protocol.schemas.teams import NamedTeam


def find(stage_id: int, caller: str, named: NamedTeam) -> Team:
    """By `teamId`, else by `teamType` and its owner, who is the caller unless `ownerId` says otherwise.

    Raises RequestError `teamId|teamType: REQUIRED`, `team: INVALID`, `teamType&&ownerId: NOT_UNIQUE`.
    """
    if named.team_id is not None:
        return _one(Team.objects.filter(stage_id=stage_id, team_id=named.team_id))
    if named.team_type is None:
        raise RequestError({"teamId|teamType": "REQUIRED"})
    owner_id = named.owner_id or caller
    type_ = team_type(stage_id, named.team_type)
    if type_ is not None and type_.mandatory:
        return mandatory(stage_id, owner_id, type_)
    return _one(Team.objects.filter(stage_id=stage_id, team_type=named.team_type, owner_id=owner_id))


def find_to_join(stage_id: int, caller: str, named: NamedTeam) -> Team:
    """As `find`; but who joins by a type may not leave open which of the owner's teams is meant.

    Raises RequestError as `find`, or `teamType: INVALID`, `teamType: NOT_SINGULAR_USE_TEAMID`.
    """
    if named.team_id is None and named.team_type is not None:
        type_ = team_type(stage_id, named.team_type)
        if type_ is None:
            raise RequestError({"teamType": "INVALID"})
        if not type_.single:
            raise RequestError({"teamType": "NOT_SINGULAR_USE_TEAMID"})
    return find(stage_id, caller, named)


def mandatory(stage_id: int, owner_id: str, type_: TeamType) -> Team:
    """The owner's one team of the type. It bears the player's display name (§6.5).

    Raises RequestError `team: INVALID` for no player of the stage.
    """
    owned = Team.objects.select_related("owner").filter(
        stage_id=stage_id, owner_id=owner_id, team_type=type_.code, mandatory=True
    )
    if (team := owned.first()) is not None:
        return team
    owner = Player.objects.filter(stage_id=stage_id, pk=owner_id).first()
    if owner is None:
        raise RequestError({"team": "INVALID"})
    try:
        return make(type_, owner, owner.display_name, new_id())
    except IntegrityError:  # another request made it at the same moment
        return owned.get()


def _one(teams: "QuerySet[Team]") -> Team:
    found = list(teams.select_related("owner")[:2])
    if not found:
        raise RequestError({"team": "INVALID"})
    if len(found) > 1:
        raise RequestError({"teamType&&ownerId": "NOT_UNIQUE"})
    return found[0]
