"""All that is kept of a player, as JSON: for who asks what a game knows of them."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from games.admin_access import user_of
from games.audit import record
from messaging.inbox import detail
from messaging.models import PlayerMessage
from players.account_parts import account_details
from players.friends import friends_of
from players.models import DeviceIdentity, Player
from portal.web.places import Place
from portal.web.player_pages import subject
from protocol.dates import format_date
from push.models import Device

MOST_MESSAGES = 10_000  # the newest; more than that no page and no mail would take


def player_export(request: HttpRequest, place: Place, player_id: str) -> HttpResponse:
    """By POST, since that it was taken is written down. Tokens are shown by their ends alone."""
    found = subject(place, player_id)
    answer = JsonResponse(_document(found), json_dumps_params={"indent": 1, "ensure_ascii": False})
    answer["Content-Disposition"] = f'attachment; filename="player-{found.pk}.json"'
    record(user_of(request), "player.exported", found.pk, place.game, stage=place.stage)
    return answer


def _document(player: Player) -> dict[str, Any]:
    return {
        "account": account_details(player),
        "userName": player.user_name,
        "language": player.language,
        "created": format_date(player.created_ms),
        "lastSeen": format_date(player.last_seen_ms) if player.last_seen_ms else None,
        "banned": player.banned,
        "segments": player.segments,
        "scriptData": player.script_data,
        "friends": [{"userId": each.pk, "displayName": each.display_name} for each in friends_of(player.pk)],
        "logsInWith": [_identity(each) for each in DeviceIdentity.objects.filter(player=player)],
        "pushDevices": [_device(each) for each in Device.objects.filter(player=player)],
        "messages": [detail(each) for each in _messages(player)],
    }


def _messages(player: Player) -> list[PlayerMessage]:
    """What the player dismissed is not among them: no index leads there."""
    rows = PlayerMessage.objects.filter(player=player, dismissed=False)
    return list(rows.order_by("-created_ms", "-pk")[:MOST_MESSAGES])


def _identity(row: DeviceIdentity) -> dict[str, Any]:
    return {
        "deviceId": row.device_id,
        "deviceOS": row.device_os,
        "deviceName": row.device_name,
        "deviceModel": row.device_model,
        "since": format_date(row.created_ms),
    }


def _device(row: Device) -> dict[str, Any]:
    return {
        "deviceOS": row.device_os,
        "pushId": row.masked_token,
        "registered": format_date(row.updated_ms),
        "ended": row.disabled or None,
    }
