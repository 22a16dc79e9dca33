"""Where a page is: the game and the stage of its address, and as whom the user is there."""

from dataclasses import dataclass

from django.http import Http404
from django.urls import reverse

from games.collaborators import games_of
from games.models import Collaborator, Game, Stage, User
from portal.web.rights import OPERATOR, Right


@dataclass(frozen=True, slots=True)
class Place:
    """`stage` is "" on pages of the working copy. `role` is None for an operator without one."""

    game: Game
    stage: str
    role: str | None

    def may(self, right: Right) -> bool:
        return self.may_on(right, self.stage)

    def may_on(self, right: Right, stage: str) -> bool:
        return right.allows(self.role or OPERATOR, stage)

    @property
    def is_live(self) -> bool:
        return self.stage == "live"

    @property
    def role_name(self) -> str:
        return Collaborator.Role(self.role).label if self.role else "Operator"

    def found_stage(self) -> Stage:
        return self.game.stage(self.stage)

    def url(self, page: str, stage: str = "", **address: str) -> str:
        """Of a page of the game; `stage` where the page belongs to one."""
        staged = {"stage": stage} if stage else {}
        return reverse(f"portal:{page}", kwargs={"api_key": self.game.api_key, **staged, **address})


def find_place(user: User, api_key: str, stage: str = "") -> Place:
    """Raises Http404 for a game that is not the user's, exactly as for one that is not there."""
    game = games_of(user).filter(api_key=api_key).first()
    if game is None:
        raise Http404
    row = Collaborator.objects.filter(game=game, user=user).first()
    return Place(game, stage, row.role if row else None)
