"""What stands around every page: top bar, navigation, stage switch."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from games.models import STAGES
from portal.web import navigation
from portal.web.policy import style_nonce

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
    around = {"style_nonce": style_nonce(request), **_around(request, place)}
    return render(request, template, {**context, **around}, status=status)


def _around(request: HttpRequest, place: "Place | None") -> dict[str, Any]:
    if place is None:
        return {"place": None, "palette_url": reverse("portal:palette")}
    match = request.resolver_match
    page = str(match.url_name) if match else ""
    groups = navigation.links(place, request.path)
    return {
        "place": place,
        "groups": groups,
        "stages": _stages(request, place, page),
        "palette_url": place.url("palette-of-game", place.stage or "preview"),
    }


def _stages(request: HttpRequest, place: "Place", page: str) -> list[StageLink]:
    """The same page on either stage, with the same question. None on pages of the working copy."""
    if not place.stage:
        return []
    question = f"?{request.GET.urlencode()}" if request.GET else ""
    match = request.resolver_match
    given = match.kwargs if match else {}
    address = {name: value for name, value in given.items() if name not in ("api_key", "stage")}
    return [
        StageLink(name, place.url(page, name, **address) + question, name == place.stage) for name in STAGES
    ]
