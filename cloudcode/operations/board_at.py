"""Which list of entries a script's leaderboard object stands for, and whose entries it shows of it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import msgspec
from django.db.models import Q

from cloudcode.sandbox.running import Refused
from competition.challenges.types import challenge_types
from competition.leaderboards import addressing
from competition.leaderboards.circles import Asked, Circle, circle_of, entrants, friends_asked_for
from competition.leaderboards.types import BoardType, board_type
from competition.leaderboards.views import View
from competition.models import BoardInstance, Challenge, Team
from competition.owners import Owner
from competition.team_types import team_types
from players.models import Player

if TYPE_CHECKING:
    from cloudcode.host import ScriptHost


class At(msgspec.Struct, rename="camel", frozen=True):
    """A leaderboard's code, a partition's or a build's; or a challenge's id.

    `view`: as whom `player_id` (None: the script's player) looks at it. `ids` are the friends' or the teams';
    without any they are the player's own.
    """

    code: str | None
    challenge_id: str | None
    view: Literal["all", "social", "inverseSocial", "team", "inverseTeam"]
    player_id: str | None
    ids: list[str] | None


@dataclass(frozen=True, slots=True)
class Found:
    """`instance` None: nobody has an entry there."""

    board: BoardType
    code: str
    instance: BoardInstance | None

    @property
    def is_partition(self) -> bool:
        return self.instance is not None and self.board.is_partitioned and self.code != self.board.code


def find(host: "ScriptHost", at: At) -> Found | None:
    if at.challenge_id is not None:
        return _of_challenge(host.stage_id, at.challenge_id)
    found = addressing.find(host.stage_id, [at.code or ""]).get(at.code or "")
    return None if found is None else Found(found.board, found.code, found.instance)


def _of_challenge(stage_id: int, challenge_id: str) -> Found | None:
    row = Challenge.objects.filter(stage_id=stage_id, pk=challenge_id).first()
    type_ = challenge_types(stage_id).get(row.short_code) if row is not None else None
    board = board_type(stage_id, type_.leaderboard) if type_ is not None and type_.leaderboard else None
    if board is None:
        return None
    rows = BoardInstance.objects.filter(stage_id=stage_id, scope=challenge_id, code=board.code)
    return Found(board, board.code, rows.first())


def must_find(host: "ScriptHost", at: At) -> Found:
    """Raises Refused for one that is gone."""
    found = find(host, at)
    if found is None:
        raise Refused("the leaderboard is gone")
    return found


def view_of(host: "ScriptHost", at: At, found: Found) -> View | None:
    """None: there are no entries. Raises Refused where it is nobody's view."""
    return None if found.instance is None else circle(host, at, found).view(found.instance.pk)


def circle(host: "ScriptHost", at: At, found: Found) -> Circle:
    """Raises Refused."""
    if at.view == "all":
        return Circle()
    player_id = at.player_id if at.player_id is not None else host.player_id
    if player_id is None:
        raise Refused("there is no player whose view this is")
    those = entrants(found.board, player_id)
    ids = at.ids or None
    if at.view == "inverseTeam":
        left_out = those.of_teams(_teams(host.stage_id, player_id, ids)) - those.own
        return Circle(left_out=those.rows(left_out))
    if at.view == "team":
        types = None if ids else list(team_types(host.stage_id))
        asked = Asked(team_ids=ids, team_types=types)
    else:
        asked = Asked(social=True, inverse=at.view == "inverseSocial", friend_ids=ids)
    return circle_of(host.stage_id, player_id, those, asked, friends_asked_for(player_id, asked))


def _teams(stage_id: int, player_id: str, ids: list[str] | None) -> Q:
    return Q(stage=stage_id, team_id__in=ids) if ids else Q(stage=stage_id, members__player=player_id)


def owner_of(host: "ScriptHost", board: BoardType, identifier: str) -> Owner | None:
    """Whose entries an identifier means: a player's of the stage, or a team's where teams have them."""
    if board.team_type is None:
        known = Player.objects.filter(stage_id=host.stage_id, pk=identifier).exists()
        return Owner(player_id=identifier) if known else None
    team = Team.objects.filter(stage_id=host.stage_id, team_id=identifier).first()
    return Owner(team_pk=team.pk) if team is not None else None
