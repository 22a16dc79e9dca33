"""Where a player is logged in: sockets that are open now, and tokens by which clients come back."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from games.admin_access import user_of
from players.models import AuthToken, Player
from players.sessions import disconnect
from players.tokens import TOKENS_A_PLAYER
from portal.web.confirming import Question, ask_first
from portal.web.places import Place
from portal.web.player_pages import name_of, page_url, show_player, subject
from portal.web.rights import SEE_PAYLOADS
from portal.web.wording import moment
from protocol.dates import now_ms
from realtime.seen_sockets import SeenSocket, sockets_of

SHORTENED = {4: 24, 6: 48}  # bits of an address that are shown to who may not know it whole


@dataclass(frozen=True, slots=True)
class Row:
    socket: SeenSocket
    address: str
    opened: datetime
    bound: datetime


def player_sessions(request: HttpRequest, place: Place, player_id: str) -> HttpResponse:
    found = subject(place, player_id)
    if request.method == "POST":
        return _disconnect(request, place, found)
    sockets = sockets_of(found.pk)
    whole = place.may(SEE_PAYLOADS)
    context = {
        "rows": [_row(each, whole) for each in sockets.here],
        "elsewhere": sockets.elsewhere,
        "tokens": _tokens(found),
    }
    return show_player(request, place, found, "player-sessions", "portal/player/sessions.html", context)


def _disconnect(request: HttpRequest, place: Place, found: Player) -> HttpResponse:
    sentence = (
        "The player is logged out of every socket, on every server, and has to log in again on each device: "
        "tokens end too. Messages wait in the inbox."
    )
    question = Question(
        f"Log out everywhere: {name_of(found)[:80]}?", sentence, "Log out everywhere", _url(place, found)
    )
    if asked := ask_first(request, place, question):
        return asked
    disconnect(found, user_of(request))
    messages.success(request, "The player was logged out everywhere.")
    return HttpResponseRedirect(_url(place, found))


def _row(socket: SeenSocket, whole: bool) -> Row:
    return Row(
        socket=socket,
        address=socket.address if whole else shortened(socket.address),
        opened=moment(socket.opened_ms),
        bound=moment(socket.bound_ms),
    )


def shortened(address: str) -> str:
    """`192.0.2.0/24` of `192.0.2.17`; "" for what is no address."""
    try:
        version = ipaddress.ip_address(address).version
    except ValueError:
        return ""
    return str(ipaddress.ip_network(f"{address}/{SHORTENED[version]}", strict=False))


def _tokens(found: Player) -> list[tuple[AuthToken, datetime, datetime, datetime]]:
    """Those that still live, the last used first."""
    rows = AuthToken.objects.filter(player=found, expires_ms__gt=now_ms()).order_by("-used_ms", "hash")
    return [
        (row, moment(row.created_ms), moment(row.used_ms), moment(row.expires_ms))
        for row in rows[:TOKENS_A_PLAYER]
    ]


def _url(place: Place, found: Player) -> str:
    return page_url(place, found, "player-sessions")
