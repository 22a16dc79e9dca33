"""Whose entries somebody sees: everybody's, those of friends and teams, or all but the friends' (§3.6.3).

On a team board it is the teams of these players; whoever looks always sees their own entry.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Q

from competition.leaderboards.types import BoardType
from competition.leaderboards.views import Among, View, Whole, Without
from competition.models import Team, TeamMember
from players.models import Friendship

Keys = frozenset[str | int]  # ids of players, or rows of teams


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request restricts itself to. `friend_ids` take the place of the friends, and ask for them."""

    social: bool = False
    inverse: bool = False
    friend_ids: Collection[str] | None = None
    team_ids: Collection[str] | None = None
    team_types: Collection[str] | None = None

    @property
    def by_friends(self) -> bool:
        return self.social or self.inverse or self.friend_ids is not None

    @property
    def by_teams(self) -> bool:
        return self.team_ids is not None or self.team_types is not None

    @property
    def is_restricted(self) -> bool:
        return self.by_friends or self.by_teams


def friends_asked_for(player_id: str, asked: Asked) -> frozenset[str]:
    """Players' ids; none where the view has nothing to do with friends."""
    if not asked.by_friends:
        return frozenset()
    if asked.friend_ids is not None:
        return frozenset(asked.friend_ids)
    return frozenset(Friendship.objects.filter(player=player_id).values_list("friend_id", flat=True))


def is_not_social(asked: Asked, friends: frozenset[str]) -> bool:
    """Only friends are asked for, and there are none (§3.6.4)."""
    return asked.social and not asked.inverse and not friends


class Entrants(ABC):
    """Who has entries on a board, and whose of them are the player's own."""

    field: str
    own: Keys

    @abstractmethod
    def of_players(self, player_ids: Iterable[str]) -> Keys: ...

    @abstractmethod
    def of_teams(self, teams: Q) -> Keys:
        """`teams`: a condition on teams."""

    def rows(self, keys: Keys) -> Q:
        """The condition on entries."""
        return Q(**{f"{self.field}__in": list(keys)})


class Players(Entrants):
    field = "player"

    def __init__(self, player_id: str) -> None:
        self.own = frozenset([player_id])

    def of_players(self, player_ids: Iterable[str]) -> Keys:
        return frozenset(player_ids)

    def of_teams(self, teams: Q) -> Keys:
        found = Team.objects.filter(teams)
        return frozenset(TeamMember.objects.filter(team__in=found).values_list("player_id", flat=True))


class Teams(Entrants):
    """Of these types: a board has entries of one type alone."""

    field = "team"

    def __init__(self, player_id: str, team_types: Collection[str]) -> None:
        self._types = team_types
        self.own = self.of_players([player_id])

    def of_players(self, player_ids: Iterable[str]) -> Keys:
        found = TeamMember.objects.filter(player__in=list(player_ids), team__team_type__in=self._types)
        return frozenset(found.values_list("team_id", flat=True))

    def of_teams(self, teams: Q) -> Keys:
        return frozenset(Team.objects.filter(teams).values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class Circle:
    """Conditions on entries: those that are `shown`, or all but those `left_out`; without either all."""

    shown: Q | None = None
    left_out: Q | None = None

    def view(self, instance_id: int) -> View:
        if self.shown is not None:
            return Among(instance_id, self.shown)
        return Whole(instance_id) if self.left_out is None else Without(instance_id, self.left_out)


def entrants(board: BoardType, player_id: str) -> Entrants:
    return Players(player_id) if board.team_type is None else Teams(player_id, [board.team_type])


def circle_of(
    stage_id: int, player_id: str, those: Entrants, asked: Asked, friends: frozenset[str]
) -> Circle:
    """`friends` as `friends_asked_for` found them."""
    near: Keys = those.of_players(friends) if asked.by_friends else frozenset()
    teams: Keys = those.of_teams(_teams(stage_id, player_id, asked)) if asked.by_teams else frozenset()
    if asked.inverse and not asked.by_teams:
        left_out = near - those.own
        return Circle(left_out=those.rows(left_out)) if left_out else Circle()
    if not asked.is_restricted:
        return Circle()
    if asked.inverse:
        shown = teams - near
    elif asked.by_friends and asked.by_teams:
        shown = near & teams
    else:
        shown = near | teams
    return Circle(shown=those.rows(shown | those.own))


def _teams(stage_id: int, player_id: str, asked: Asked) -> Q:
    """Those named, and the player's own of the types named."""
    joined = TeamMember.objects.filter(player=player_id).values("team")
    named = Q(stage=stage_id, team_id__in=asked.team_ids or ())
    return named | Q(pk__in=joined, team_type__in=asked.team_types or ())
