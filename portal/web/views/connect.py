"""How clients connect to a game: its addresses, its secrets to whoever may see them, code to copy."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from games.admin_access import user_of
from games.audit import record
from games.models import Credential, Stage
from portal.addresses import address_of
from portal.web import new_game
from portal.web.places import Place
from portal.web.rights import SECRETS
from portal.web.shell import show
from portal.web.signing_in import TooMany, find_user
from portal.web.snippets import service_urls, snippets

SHOWN = ("device", "server")
WRONG = "That is not your password."


def connect(request: HttpRequest, place: Place) -> HttpResponse:
    """Secrets are on the first page after the game was made, and on the answer to the user's password."""
    fresh = new_game.take_fresh(request, place.game)
    fault = ""
    if request.method == "POST":
        fault = _refuse(request)
    shown = fresh or (request.method == "POST" and not fault)
    secrets = _secrets(place) if shown else {}
    if shown and not fresh:
        record(user_of(request), "credential.revealed", ", ".join(SHOWN), place.game)
    base = address_of(request)
    context: dict[str, Any] = {
        "title": "Connect",
        "fresh": fresh,
        "secrets": secrets,
        "may_reveal": place.may(SECRETS),
        "fault": fault,
        "urls": service_urls(base, place.game.api_key),
        "snippets": snippets(base, place.game.api_key, secrets),
        **_first(place),
    }
    return show(request, "portal/connect.html", context, place, 422 if fault else 200)


def seen(request: HttpRequest, place: Place) -> HttpResponse:
    """The box that waits for the first connection; it asks again by itself until there is one."""
    return show(request, "portal/connect/seen.html", {"title": "First connection", **_first(place)}, place)


def _refuse(request: HttpRequest) -> str:
    user = user_of(request)
    try:
        known = find_user(request, user.get_username(), request.POST.get("password", "")[:1000])
    except TooMany:
        return "Too many wrong passwords; wait some minutes."
    return "" if known == user else WRONG


def _secrets(place: Place) -> dict[str, str]:
    rows = Credential.objects.filter(game=place.game, short_code__in=SHOWN)
    return {row.short_code: row.secret for row in rows}


def _first(place: Place) -> dict[str, Any]:
    stages = Stage.objects.filter(game=place.game, first_connected_ms__gt=0)
    return {
        "first": stages.order_by("first_connected_ms").first(),
        "again": place.url("connect-seen"),
    }
