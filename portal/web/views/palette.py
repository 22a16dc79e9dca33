"""The command palette's results, as a fragment."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from games.admin_access import user_of
from portal.web.often import too_often
from portal.web.palette import found
from portal.web.places import Place

LONGEST = 200


def palette(request: HttpRequest) -> HttpResponse:
    """Of pages outside of games."""
    return _answer(request, None)


def palette_of_game(request: HttpRequest, place: Place) -> HttpResponse:
    return _answer(request, place)


def _answer(request: HttpRequest, place: Place | None) -> HttpResponse:
    if refused := too_often(request):
        return refused
    asked = request.GET.get("q", "").strip()[:LONGEST].replace("\0", "")
    groups = found(user_of(request), asked, place, request.headers.get("HX-Current-URL", ""))
    return render(request, "portal/palette/found.html", {"groups": groups, "asked": asked})
