"""Players to pick from, beside a field that takes one: those tested with first, then the newest."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse

from games.admin_access import user_of
from games.models import AuditEntry, Stage, User
from players.models import Player
from portal.web.places import Place
from portal.web.player_names import named_players
from portal.web.wording import seen

MOST = 10
MOST_TESTED = 50  # of the user's last test messages


def player_search(request: HttpRequest, place: Place) -> HttpResponse:
    """`{"players": [{id, name, userName, tested}]}` for `?q=`, the beginning of an id or a name."""
    stage, asked = place.found_stage(), request.GET.get("q", "").strip()[:200].replace("\0", "")
    tested = _tested(stage, user_of(request))
    found = named_players(stage, asked) if asked else [*tested, *_newest(stage)]
    players = list({player.pk: player for player in found}.values())[:MOST]
    known = {player.pk for player in tested}
    return JsonResponse({"players": [_row(player, player.pk in known) for player in players]})


def _newest(stage: Stage) -> "QuerySet[Player]":
    return Player.objects.filter(stage=stage).order_by("-id")[:MOST]


def _tested(stage: Stage, user: User) -> list[Player]:
    """Whom the user sent test messages to, the latest first."""
    entries = AuditEntry.objects.filter(game=stage.game_id, actor=user, action="message.tested")
    details = entries.values_list("detail", flat=True)[:MOST_TESTED]
    ids = list(dict.fromkeys(each["player"] for each in details if each.get("stage") == stage.name))
    players = Player.objects.filter(stage=stage).in_bulk(ids[:MOST])
    return [players[id_] for id_ in ids if id_ in players]


def _row(player: Player, tested: bool) -> dict[str, Any]:
    return {
        "id": player.pk,
        "name": seen(player.display_name)[:80],
        "userName": seen(player.user_name or "")[:80],
        "tested": tested,
    }
