"""Friends by a team (competition-rules.md §6.1, §7.1): each team is a source of its own, so that ending one
leaves what others made."""

from competition.models import Team, TeamMember
from competition.team_types import TeamType
from players import friends


def joined(team: Team, type_: TeamType, player_id: str) -> None:
    """In a social team a friend of the owner, in an extended one of everybody."""
    others = {team.owner_id} if type_.social else set()
    if type_.extended_social:
        others |= set(TeamMember.objects.filter(team=team).values_list("player_id", flat=True))
    friends.link(player_id, others - {player_id}, _source(team))


def left(team: Team, player_id: str) -> None:
    """An owner stays tied to the members: they are friends of the owner, who need not be one of them."""
    if player_id != team.owner_id:
        friends.unlink_all(player_id, _source(team))


def owner_changed(team: Team, type_: TeamType, former_owner_id: str) -> None:
    """The members are tied to the new owner in place of the former one."""
    members = list(TeamMember.objects.filter(team=team).order_by("id").values_list("player_id", flat=True))
    friends.end(_source(team), [*members, former_owner_id])
    for place, member_id in enumerate(members):
        others = {team.owner_id} if type_.social else set()
        if type_.extended_social:
            others |= {team.owner_id, *members[:place]}
        friends.link(member_id, others - {member_id}, _source(team))


def ended(team: Team) -> None:
    members = TeamMember.objects.filter(team=team).values("player")
    friends.end(_source(team), members)
    friends.end(_source(team), [team.owner_id])  # who need not be a member


def _source(team: Team) -> str:
    return friends.team(str(team.pk))
