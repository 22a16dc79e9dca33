"""The user's games."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from games.admin_access import user_of
from games.collaborators import games_of
from games.models import Collaborator, Game, Stage, User
from portal.web.navigation import first_page
from portal.web.places import Place
from portal.web.shell import show

MOST = 200


@dataclass(frozen=True, slots=True)
class Row:
    place: Place
    live: Stage | None
    url: str


def games(request: HttpRequest) -> HttpResponse:
    return show(request, "portal/games.html", {"title": "Games", "rows": rows_of(user_of(request))})


def rows_of(user: User) -> list[Row]:
    """Three statements, however many games."""
    found = list(games_of(user).order_by("name", "id")[:MOST])
    live = {stage.game_id: stage for stage in _live_stages(found)}
    roles = dict(Collaborator.objects.filter(user=user).values_list("game_id", "role"))
    places = [Place(game, "", roles.get(game.pk)) for game in found]
    return [Row(place, live.get(place.game.pk), first_page(place)) for place in places]


def _live_stages(games: list[Game]) -> list[Stage]:
    return list(Stage.objects.select_related("snapshot").filter(game__in=games, name="live"))
