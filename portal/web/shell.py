"""What stands around every page: top bar, navigation, stage switch."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from games.models import STAGES
from portal.web import navigation

if TYPE_CHECKING:
    from portal.web.places import Place


@dataclass(frozen=True, slots=True)
class StageLink:
    name: str
    url: str
    current: bool


def show(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    place: "Place | None" = None,
    status: int = 200,
) -> HttpResponse:
    """`context` has the page's `title`."""
    return render(request, template, {**context, **_around(request, place)}, status=status)


def _around(request: HttpRequest, place: "Place | None") -> dict[str, Any]:
    if place is None:
        return {"place": None}
    match = request.resolver_match
    page = str(match.url_name) if match else ""
    return {"place": place, "groups": navigation.links(place, page), "stages": _stages(request, place, page)}


def _stages(request: HttpRequest, place: "Place", page: str) -> list[StageLink]:
    """The same page on either stage, with the same question. None on pages of the working copy."""
    if not place.stage:
        return []
    question = f"?{request.GET.urlencode()}" if request.GET else ""
    return [StageLink(name, place.url(page, name) + question, name == place.stage) for name in STAGES]
