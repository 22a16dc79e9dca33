"""The user's games."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse

from games.admin_access import user_of
from games.collaborators import games_of
from games.models import Collaborator, Game, SecondFactor, Stage, User
from portal.web.navigation import first_page
from portal.web.places import Place
from portal.web.rights import ADMINISTER
from portal.web.shell import show

MOST = 200


@dataclass(frozen=True, slots=True)
class Row:
    """`exposed`: a password alone opens the administration of a game that is live."""

    place: Place
    live: Stage | None
    url: str
    exposed: bool


def games(request: HttpRequest) -> HttpResponse:
    rows = rows_of(user_of(request))
    exposed = any(row.exposed for row in rows)
    return show(request, "portal/games.html", {"title": "Games", "rows": rows, "exposed": exposed})


def rows_of(user: User) -> list[Row]:
    """Three statements, however many games."""
    found = list(games_of(user).order_by("name", "id")[:MOST])
    live = {stage.game_id: stage for stage in _live_stages(found)}
    two_steps = Exists(SecondFactor.objects.filter(user=OuterRef("user")))
    held = {row.game_id: row for row in Collaborator.objects.filter(user=user).annotate(two_steps=two_steps)}
    return [_row(game, live.get(game.pk), held.get(game.pk)) for game in found]


def _row(game: Game, live: Stage | None, held: Collaborator | None) -> Row:
    place = Place(game, "", held.role if held else None)
    high = held is not None and place.may(ADMINISTER) and not held.two_steps  # type: ignore[attr-defined]
    return Row(place, live, first_page(place), exposed=bool(high and live and live.snapshot))


def _live_stages(games: list[Game]) -> list[Stage]:
    return list(Stage.objects.select_related("snapshot").filter(game__in=games, name="live"))
