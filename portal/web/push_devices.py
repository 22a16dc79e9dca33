"""Devices to send a test push to: a provider's newest, or those of one player."""

from games.models import Stage
from portal.web.asking import find_player
from push.models import Device

MOST = 20


def newest_devices(stage: Stage, provider: str, player: str = "") -> list[Device]:
    """Of the player whose id or user name is given, or of all."""
    devices = Device.objects.filter(stage=stage, provider=provider, disabled="").select_related("player")
    if player:
        devices = devices.filter(player=find_player(stage, player))
    return list(devices.order_by("-id")[:MOST])
