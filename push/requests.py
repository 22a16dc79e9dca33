"""The requests by which a client registers its device for pushes."""

from typing import Any

from players.models import Player
from protocol.catalogue import CATALOGUE
from protocol.errors import RequestError
from protocol.registry import request
from protocol.request import Request
from protocol.schemas.flint import PushUnregistrationRequest
from protocol.schemas.misc import PushRegistrationRequest
from push import devices
from push.providers import InvalidToken

DEVICE_OS_ERROR = CATALOGUE["PushRegistrationRequest"].errors[0].value


@request("PushRegistrationRequest", PushRegistrationRequest)
def push_registration(request: Request) -> dict[str, Any]:
    player = Player.objects.get(pk=request.player_id)
    try:
        device = devices.register(player, request.data.device_os, request.data.push_id)
    except devices.InvalidDeviceOS as error:
        raise RequestError({"deviceOS": DEVICE_OS_ERROR}) from error
    except InvalidToken as error:
        raise RequestError({"pushId": "INVALID"}) from error
    return {"registrationId": device.pk}


@request("PushUnregistrationRequest", PushUnregistrationRequest)
def push_unregistration(request: Request) -> None:
    if not devices.unregister(str(request.player_id), request.data.registration_id):
        raise RequestError({"registrationId": "INVALID"})
