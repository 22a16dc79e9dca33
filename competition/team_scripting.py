"""What scripts do with any team of their stage. They ignore a type's limits (competition-rules.md §6.4).

Each is quiet about what cannot be done: it changes nothing, and says so by its result. Each runs in its
caller's transaction, and raises RequestError `team: INVALID` for a team that was dropped meanwhile.
"""

from competition import team_friends, teams
from competition.models import Team, TeamMember
from competition.team_types import team_type
from players.models import Player


def add_member(team: Team, player_id: str) -> bool:
    """False for a player whom the stage lacks, and for who is a member already."""
    if not _lock(team, player_id):
        return False
    _, is_new = TeamMember.objects.get_or_create(team=team, player_id=player_id)
    type_ = team_type(team.stage_id, team.team_type)
    if is_new and type_ is not None:
        team_friends.joined(team, type_, player_id)
    return is_new


def remove_member(team: Team, player_id: str) -> bool:
    """False for who is none."""
    if not _lock(team, player_id):
        return False
    removed, _ = TeamMember.objects.filter(team=team, player=player_id).delete()
    if removed:
        team_friends.left(team, player_id)
    return removed > 0


def set_owner(team: Team, player_id: str) -> bool:
    """Who need not be a member. False for a player whom the stage lacks, and where every player owns one."""
    if team.mandatory or not _lock(team, player_id):
        return False
    team.refresh_from_db(fields=["owner"])  # which another script may have set
    former_owner_id, team.owner_id = team.owner_id, player_id
    team.save(update_fields=["owner"])
    type_ = team_type(team.stage_id, team.team_type)
    if type_ is not None:
        team_friends.owner_changed(team, type_, former_owner_id)
    return True


def rename(team: Team, name: str) -> bool:
    """False for a name that is too long."""
    if len(name) > teams.LONGEST_NAME:
        return False
    team.name = name
    team.save(update_fields=["name"])
    return True


def drop(team: Team) -> bool:
    """False where every player owns one."""
    if team.mandatory:
        return False
    teams.lock_team(team)
    teams.end(team)
    return True


def _lock(team: Team, player_id: str) -> bool:
    """First the player, then the team. Whether there is such a player."""
    players = Player.objects.select_for_update(no_key=True)
    if players.filter(stage=team.stage_id, pk=player_id).first() is None:
        return False
    teams.lock_team(team)
    return True
