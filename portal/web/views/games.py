"""The user's games, with what goes on in each."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse

from games.admin_access import user_of
from games.collaborators import games_of
from games.models import Collaborator, Game, SecondFactor, Stage, User
from portal.web.navigation import first_page
from portal.web.places import Place
from portal.web.rights import ADMINISTER
from portal.web.shell import show
from protocol.dates import now_ms
from realtime.tally import STORED
from realtime.tally_reads import players_online, totals
from realtime.tally_rows import DAY_MS

MOST = 200

Figures = dict[int, tuple[int, int]]  # by stage: who is online, how many messages


@dataclass(frozen=True, slots=True)
class Row:
    """`exposed`: a password alone opens the administration of a game that is live.

    `online` players now, and `messages` that were stored for players within 24 hours, are those of live once
    it is published, of preview until then.
    """

    place: Place
    live: Stage | None
    url: str
    exposed: bool
    online: str
    messages: str


def games(request: HttpRequest) -> HttpResponse:
    rows = rows_of(user_of(request))
    exposed = any(row.exposed for row in rows)
    return show(request, "portal/games.html", {"title": "Games", "rows": rows, "exposed": exposed})


def rows_of(user: User) -> list[Row]:
    """Five statements, however many games."""
    found = list(games_of(user).order_by("name", "id")[:MOST])
    shown = _shown_stages(found)
    figures = _figures([stage.pk for stage in shown.values()])
    two_steps = Exists(SecondFactor.objects.filter(user=OuterRef("user")))
    held = {row.game_id: row for row in Collaborator.objects.filter(user=user).annotate(two_steps=two_steps)}
    return [_row(game, shown.get(game.pk), held.get(game.pk), figures) for game in found]


def _row(game: Game, stage: Stage | None, held: Collaborator | None, figures: Figures) -> Row:
    place = Place(game, "", held.role if held else None)
    live = stage if stage and stage.snapshot else None
    high = held is not None and place.may(ADMINISTER) and not held.two_steps  # type: ignore[attr-defined]
    online, messages = figures[stage.pk] if stage else (0, 0)
    return Row(place, live, first_page(place), bool(high and live), f"{online:,}", f"{messages:,}")


def _shown_stages(games: list[Game]) -> dict[int, Stage]:
    """Of each game live, where it is published, else preview."""
    stages = Stage.objects.select_related("snapshot").filter(game__in=games)
    names = Q(name="preview") | Q(name="live", snapshot__isnull=False)
    return {stage.game_id: stage for stage in stages.filter(names).order_by("-name")}


def _figures(stage_ids: list[int]) -> Figures:
    now = now_ms()
    here, stored = players_online(stage_ids, now), totals(stage_ids, STORED, now - DAY_MS, now)
    return {stage_id: (here.get(stage_id, 0), stored.get(stage_id, 0)) for stage_id in stage_ids}
