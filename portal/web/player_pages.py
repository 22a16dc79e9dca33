"""What the pages about one player share: finding the player, the tabs, what all of them say at the top."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from players.models import Player
from portal.web.places import Place
from portal.web.rights import ACT_ON_PLAYERS, SEE_PAYLOADS, SEND_ONE
from portal.web.shell import show
from portal.web.wording import moment, seen
from realtime.presence import presence

TABS = (
    ("player", "Summary"),
    ("player-inbox", "Inbox"),
    ("player-devices", "Devices"),
    ("player-sessions", "Sessions"),
    ("player-segments", "Segments"),
)
MOST_OF_A_NAME = 80


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    url: str
    current: bool


def subject(place: Place, player_id: str) -> Player:
    """Raises Http404 for one of another stage, as for nobody."""
    player = (
        Player.objects.filter(stage=place.found_stage(), pk=player_id).select_related("stage__game").first()
    )
    if player is None:
        raise Http404
    return player


def name_of(player: Player) -> str:
    return player.display_name or player.user_name or player.pk


def page_url(place: Place, player: Player, page: str = "player") -> str:
    return place.url(page, place.stage, player_id=player.pk)


def show_player(
    request: HttpRequest,
    place: Place,
    player: Player,
    page: str,
    template: str,
    context: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    """`page` is the tab's address by its name."""
    match = dict(TABS)
    around = {
        "title": f"{seen(name_of(player))[:MOST_OF_A_NAME]} · {match.get(page, 'Send a message')}",
        "player": player,
        "name": name_of(player),
        "online": player.pk in presence().online_from_thread([player.pk]),
        "seen_at": moment(player.last_seen_ms) if player.last_seen_ms else None,
        "tabs": [Tab(label, page_url(place, player, name), name == page) for name, label in TABS],
        "list_url": place.url("players", place.stage),
        "may_act": place.may(ACT_ON_PLAYERS),
        "may_send": place.may(SEND_ONE),
        "payload": place.may(SEE_PAYLOADS),
        "send_url": page_url(place, player, "player-send"),
    }
    return show(request, template, {**around, **context}, place, status)
