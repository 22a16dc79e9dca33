"""The overview: is the game healthy, and what needs somebody?"""

from typing import Any

from django.http import HttpRequest, HttpResponse

from portal.web.attention import attention_of, going_live
from portal.web.overview_charts import Reading, charts_of
from portal.web.overview_marks import marks_of
from portal.web.overview_range import RANGES, View, day_bounds, view_of
from portal.web.overview_tiles import tiles_of
from portal.web.places import Place
from portal.web.rights import EDIT
from portal.web.shell import show


def overview(request: HttpRequest, place: Place) -> HttpResponse:
    view, stage = view_of(request.GET), place.found_stage()
    context: dict[str, Any] = {
        "title": "Overview",
        "view": view,
        "ranges": [
            (each.words, view.question(range=name), each is view.range) for name, each in RANGES.items()
        ],
        "compare_url": view.question(compare="" if view.compares else "1"),
        "day_bounds": [day.isoformat() for day in day_bounds()],
        "live_url": view.question(live="0" if view.live else ""),
        "items": attention_of(place, stage),
        "steps": going_live(place),
        **_tiles(place, stage.pk, view),
        **_charts(place, stage.pk, view),
    }
    return show(request, "portal/overview.html", context, place)


def tiles(request: HttpRequest, place: Place) -> HttpResponse:
    """The figures alone, which ask for themselves again."""
    context = _tiles(place, place.found_stage().pk, view_of(request.GET))
    return show(request, "portal/overview/tiles.html", {"title": "Overview", **context}, place)


def charts(request: HttpRequest, place: Place) -> HttpResponse:
    """The charts alone, which ask for themselves again."""
    context = _charts(place, place.found_stage().pk, view_of(request.GET))
    return show(request, "portal/overview/charts.html", {"title": "Overview", **context}, place)


def _tiles(place: Place, stage_id: int, view: View) -> dict[str, Any]:
    again = place.url("overview-tiles", place.stage) + view.question()
    return {"view": view, "tiles": tiles_of(place, stage_id, view), "tiles_again": again}


def _charts(place: Place, stage_id: int, view: View) -> dict[str, Any]:
    window = view.range.window()
    now = Reading(stage_id, window)
    before = Reading(stage_id, window.before) if view.compares else None
    return {
        "view": view,
        "charts": charts_of(place, view, now, before),
        "marks": marks_of(place, stage_id, now),
        "charts_again": place.url("overview-charts", place.stage) + view.question(),
        "harness_url": place.url("harness", place.stage) if place.may(EDIT) else "",
    }
