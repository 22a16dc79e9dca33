"""What players do with teams: found, join, leave and drop them, and look at them (competition-rules.md §6).

Every function runs in its caller's transaction. Whoever changes how many there are locks first the player,
then the team: so limits hold whatever happens at one moment, and nobody waits for each other.
"""

from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from competition import team_friends
from competition.models import Team, TeamMember
from competition.team_types import TeamType, team_type
from games.audit import record
from games.models import User
from players.models import Player
from protocol.errors import RequestError
from protocol.ids import new_id

LONGEST_ID = 100
LONGEST_NAME = 255


def create(player_id: str, type_code: str, name: str, team_id: str | None) -> Team:
    """A team of the player's own. A `team_id` of "" is one; None has one made (§6.2).

    Raises RequestError with each of `teamName: INVALID`, `teamType: INVALID`, `MAX_OWNED_REACHED` or
    `MAX_TEAMS_REACHED`, `teamId: INVALID` or `NOT_UNIQUE`.
    """
    owner = _locked(player_id)
    type_ = team_type(owner.stage_id, type_code)
    faults = {
        "teamName": "INVALID" if len(name) > LONGEST_NAME else "",
        "teamType": _type_fault(owner, type_),
        "teamId": "" if team_id is None else _id_fault(owner.stage_id, team_id),
    }
    if type_ is None or any(faults.values()):
        raise RequestError({field: code for field, code in faults.items() if code})
    try:
        return make(type_, owner, name, new_id() if team_id is None else team_id)
    except IntegrityError:  # somebody took the id at the same moment
        raise RequestError({"teamId": "NOT_UNIQUE"}) from None


def make(type_: TeamType, owner: Player, name: str, team_id: str) -> Team:
    """The owner is its first member. Raises IntegrityError, and leaves nothing, if the id is taken."""
    with transaction.atomic():
        team = Team.objects.create(
            stage_id=owner.stage_id,
            team_id=team_id,
            team_type=type_.code,
            mandatory=type_.mandatory,
            name=name,
            owner=owner,
        )
        TeamMember.objects.create(team=team, player=owner)
    return team


def _type_fault(owner: Player, type_: TeamType | None) -> str:
    if type_ is None:
        return "INVALID"
    owned = Team.objects.filter(owner=owner, team_type=type_.code).count()
    if type_.mandatory or _is_reached(type_.most_ownerships, owned):
        return "MAX_OWNED_REACHED"
    return "MAX_TEAMS_REACHED" if _is_reached(type_.most_memberships, _memberships(owner, type_.code)) else ""


def _id_fault(stage_id: int, team_id: str) -> str:
    if len(team_id) > LONGEST_ID:
        return "INVALID"
    return "NOT_UNIQUE" if Team.objects.filter(stage_id=stage_id, team_id=team_id).exists() else ""


def join(team: Team, player_id: str) -> None:
    """Raises RequestError, the first that holds (§6.4): `members: ALREADY_JOINED`, `MAX_MEMBERS_REACHED`,
    `teamType: MAX_MEMBERSHIP_REACHED`; `teamType: INVALID` when the game has no such type any more."""
    player = _locked(player_id)
    lock_team(team)
    type_ = team_type(team.stage_id, team.team_type)
    if type_ is None:
        raise RequestError({"teamType": "INVALID"})
    members = TeamMember.objects.filter(team=team)
    if members.filter(player=player).exists():
        raise RequestError({"members": "ALREADY_JOINED"})
    if _is_reached(type_.most_members, members.count()):
        raise RequestError({"members": "MAX_MEMBERS_REACHED"})
    if _is_reached(type_.most_memberships, _memberships(player, team.team_type)):
        raise RequestError({"teamType": "MAX_MEMBERSHIP_REACHED"})
    TeamMember.objects.create(team=team, player=player)
    team_friends.joined(team, type_, player_id)


def leave(team: Team, player_id: str) -> None:
    """An owner who leaves stays the owner (§6.4).

    Raises RequestError `team: NOT_MEMBER`, `CANNOT_LEAVE_OR_JOIN_OWNED_MANDATORY_TEAM`.
    """
    type_ = team_type(team.stage_id, team.team_type)
    if type_ is not None and type_.mandatory and team.owner_id == player_id:
        raise RequestError({"team": "CANNOT_LEAVE_OR_JOIN_OWNED_MANDATORY_TEAM"})
    if not TeamMember.objects.filter(team=team, player=player_id).delete()[0]:
        raise RequestError({"team": "NOT_MEMBER"})
    team_friends.left(team, player_id)


def drop(team: Team, player_id: str) -> None:
    """Raises RequestError `team: NOT_ONWER` (spelled so) or `NOT_MEMBER` for anybody but the owner,
    `teamType: CANNOT_DROP_MANDATORY_TEAM`."""
    if team.owner_id != player_id:
        raise RequestError({"team": "NOT_ONWER" if is_member(team, player_id) else "NOT_MEMBER"})
    type_ = team_type(team.stage_id, team.team_type)
    if type_ is not None and type_.mandatory:
        raise RequestError({"teamType": "CANNOT_DROP_MANDATORY_TEAM"})
    end(team)


def disband(team: Team, actor: User | None) -> None:
    """An operator ends the team, whatever its type."""
    with transaction.atomic():
        record(actor, "team.disbanded", team.team_id, team.stage.game, name=team.name)
        end(team)


def end_owned(player_ids: Collection[str]) -> None:
    """Those of owners who are deleted end with them."""
    for team in Team.objects.filter(owner__in=player_ids).order_by("pk"):
        end(team)


def end(team: Team) -> None:
    """With its chat, and the friendships that it made."""
    team_friends.ended(team)
    team.delete()


def is_member(team: Team, player_id: str) -> bool:
    return TeamMember.objects.filter(team=team, player=player_id).exists()


def teams_of(player_id: str, owned_only: bool, type_codes: Collection[str] | None) -> "QuerySet[Team]":
    """Those that the player is a member or the owner of, the oldest first."""
    is_owned = Q(owner=player_id)
    joined = TeamMember.objects.filter(player=player_id).values("team")
    found = Team.objects.filter(is_owned if owned_only else is_owned | Q(pk__in=joined))
    if type_codes is not None:
        found = found.filter(team_type__in=type_codes)
    return found.order_by("id")


def teams_named(stage_id: int, part_of_name: str | None, type_code: str | None) -> "QuerySet[Team]":
    """Whatever the case of the name; the type exactly (§6.7). The oldest first."""
    found = Team.objects.filter(stage_id=stage_id)
    if part_of_name:
        found = found.filter(name__icontains=part_of_name)
    if type_code:
        found = found.filter(team_type=type_code)
    return found.order_by("id")


def _memberships(player: Player, type_code: str) -> int:
    return TeamMember.objects.filter(player=player, team__team_type=type_code).count()


def _is_reached(limit: int, count: int) -> bool:
    return limit > 0 and count >= limit


def _locked(player_id: str) -> Player:
    return Player.objects.select_for_update(no_key=True).get(pk=player_id)


def lock_team(team: Team) -> None:
    """After its players. Raises RequestError `team: INVALID` when it was dropped meanwhile."""
    if Team.objects.select_for_update(no_key=True).filter(pk=team.pk).first() is None:
        raise RequestError({"team": "INVALID"})
