"""The test harness: real sockets of the browser's, whose handshakes the portal signs; scenarios."""

import json
import re
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from games.admin_access import user_of
from games.audit import record
from games.harness_scenarios import ScenarioFault, delete_scenario, save_scenario
from games.models import Credential, HarnessScenario
from players.tokens import issue
from portal.addresses import address_of, socket_of
from portal.web import signed_in
from portal.web.asking import find_player
from portal.web.harness import offered
from portal.web.often import too_often
from portal.web.places import Place
from portal.web.rights import SEND_ONE
from portal.web.shell import show
from protocol.secure import harness_nonce, hmac_for

NONCE = re.compile(r"[0-9a-f]{32}")  # as messaging.handshake makes them: nothing else is ever signed
LARGEST = 256 * 1024  # bytes of a scenario


def harness(request: HttpRequest, place: Place) -> HttpResponse:
    stage = place.found_stage()
    socket = socket_of(address_of(request))
    credentials = Credential.objects.filter(game=place.game).only("short_code", "name", "player")
    page = {
        "stage": place.stage,
        "game": place.game.name,
        "socket": f"{socket}/{place.stage}/ws/",
        "key": place.game.api_key,
        "urls": {name: place.url(f"harness-{name}", place.stage) for name in ("sign", "token", "scenarios")}
        | {"players": place.url("player-search", place.stage), "trace": place.url("trace", place.stage)},
        "requests": offered(stage),
        "scenarios": _scenarios(place),
    }
    context: dict[str, Any] = {
        "title": "Test harness",
        "page": page,
        "credentials": credentials,
        "may_send": place.may(SEND_ONE),
        "published": place.stage == "preview" or stage.snapshot_id is not None,
    }
    return show(request, "portal/harness.html", context, place)


def sign(request: HttpRequest, place: Place) -> HttpResponse:
    """`{"hmac", "portalSession"}` for `{"credential", "nonce"}`: the proof of a handshake, not the secret.
    The socket ends with the session that asks, and with the right to ask (portal.web.harness_rights)."""
    if refused := too_often(request):
        return refused
    given = _given(request)
    nonce, code = given.get("nonce"), str(given.get("credential")).replace("\0", "")
    if not isinstance(nonce, str) or not NONCE.fullmatch(nonce):
        return JsonResponse({"error": "This is no nonce of a handshake."}, status=400)
    credential = Credential.objects.filter(game=place.game, short_code=code).first()
    if credential is None:
        return JsonResponse({"error": "The game has no such credential."}, status=404)
    record(user_of(request), "harness.connected", credential.short_code, place.game, stage=place.stage)
    session = str(signed_in.row_of(request, user_of(request)).pk)
    proof = hmac_for(credential.secret, harness_nonce(nonce, session))
    return JsonResponse({"hmac": proof, "portalSession": session})


def token(request: HttpRequest, place: Place) -> HttpResponse:
    """`{"authToken", "playerId"}` for `{"player"}`, an id or a user name: logs a socket in as that player."""
    if refused := too_often(request):
        return refused
    player = find_player(place.found_stage(), str(_given(request).get("player", ""))[:255])
    if player is None:
        return JsonResponse({"error": "No player of this stage has this id or user name."}, status=404)
    record(user_of(request), "harness.logged_in", player.pk, place.game, stage=place.stage)
    return JsonResponse({"authToken": issue(player.pk), "playerId": player.pk})


def scenarios(request: HttpRequest, place: Place) -> HttpResponse:
    """Saves `{"name", "steps"}`, or deletes `{"name", "delete": true}`; answers with all there are."""
    given, user = _given(request), user_of(request)
    name = str(given.get("name", "")).strip()
    try:
        if given.get("delete"):
            delete_scenario(place.game, name, user)
        else:
            save_scenario(place.game, name, given.get("steps"), user)
    except ScenarioFault as fault:
        return JsonResponse({"error": str(fault)}, status=422)
    return JsonResponse({"scenarios": _scenarios(place)})


def _scenarios(place: Place) -> list[dict[str, Any]]:
    rows = HarnessScenario.objects.filter(game=place.game)
    return [{"name": row.name, "steps": row.steps} for row in rows]


def _given(request: HttpRequest) -> dict[str, Any]:
    """The body's object; an empty one for anything else."""
    if len(request.body) > LARGEST:
        return {}
    try:
        given = json.loads(request.body)
    except (ValueError, RecursionError):
        return {}
    return given if isinstance(given, dict) else {}
