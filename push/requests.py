"""The requests by which a client registers its device for pushes, and tells that one was opened."""

from typing import Any

from players.models import Player
from protocol.catalogue import CATALOGUE
from protocol.errors import RequestError
from protocol.registry import request
from protocol.request import Request
from protocol.schemas.flint import PushOpenedRequest, PushUnregistrationRequest
from protocol.schemas.misc import PushRegistrationRequest
from push import devices, receipts
from push.providers import InvalidToken
from push.receipt_tokens import Forged

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


@request("PushOpenedRequest", PushOpenedRequest)
def push_opened(request: Request) -> None:
    """By the push's `token`, else by `messageId`. One that was told before is no error."""
    token, message_id = request.data.token, request.data.message_id
    try:
        if token is not None:
            receipts.opened(token)
        else:
            receipts.opened_by(str(request.player_id), message_id or "")
    except (Forged, receipts.TooLate, receipts.NotPushed) as error:
        raise RequestError({"messageId": "INVALID"}) from error
