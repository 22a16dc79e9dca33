"""Outside networks that a player is connected to."""

from typing import Any

from players import social
from players.models import Player
from protocol.registry import request
from protocol.request import Request
from protocol.schemas.misc import SocialStatusRequest
from protocol.schemas.player import SocialDisconnectRequest


@request("SocialStatusRequest", SocialStatusRequest)
def social_status(request: Request) -> dict[str, Any]:
    player = Player.objects.get(pk=request.player_id)
    return {"statuses": [{"systemId": system, "active": True} for system in sorted(player.external_ids)]}


@request("SocialDisconnectRequest", SocialDisconnectRequest)
def social_disconnect(request: Request) -> None:
    social.disconnect(request.player_id or "", request.data.system_id)
