"""Logging in and out. Passwords are hashed outside the transaction; the socket is bound after its commit."""

import time
from collections.abc import Callable
from typing import Any

from players import accounts, login_limits, passwords
from players.batchers import DeviceKey, log_in_device
from players.requests.limits import check_texts
from players.sessions import log_in
from protocol.handling import in_transaction
from protocol.registry import request
from protocol.request import Request, Response
from protocol.schemas.analytics import EndSessionRequest
from protocol.schemas.authentication import (
    AuthenticationRequest,
    DeviceAuthenticationRequest,
    RegistrationRequest,
)
from realtime import database


@request("RegistrationRequest", RegistrationRequest, login=True)
async def register(request: Request) -> Response:
    """Makes a player, and logs the socket in (wire-protocol.md §10)."""
    data, stage_id = request.data, request.session.stage_id
    check_texts(least=1, userName=data.user_name)
    check_texts(displayName=data.display_name)
    check_texts(passwords.LONGEST, least=1, password=data.password)
    login_limits.count_log_in(request.session)
    await database.run(accounts.ensure_free, stage_id, data.user_name)
    encoded = await database.run_outside(passwords.encode, data.password)
    return await _log_in(
        request,
        lambda: accounts.register(stage_id, data.user_name, encoded, data.display_name, data.segments),
    )


@request("AuthenticationRequest", AuthenticationRequest, login=True)
async def authenticate(request: Request) -> Response:
    data = request.data
    secret = await passwords.check(request.session, data.password, user_name=data.user_name)
    return await _log_in(request, lambda: accounts.log_in_by_password(secret.player_id, secret.encoded))


@request("DeviceAuthenticationRequest", DeviceAuthenticationRequest, login=True)
async def authenticate_device(request: Request) -> Response:
    """Any deviceOS passes: clients send more than the documented ones (wire-protocol.md §3.9)."""
    data, stage_id = request.data, request.session.stage_id
    device = _device(data)
    check_texts(displayName=data.display_name)
    if request.guard is None:
        known = await log_in_device(DeviceKey(stage_id, data.device_id))
        if known is not None:
            log_in(request.session, known)
            return request.respond(known)
    login_limits.count_log_in(request.session)
    return await _log_in(
        request, lambda: accounts.log_in_by_device(stage_id, device, data.display_name, data.segments)
    )


def _device(data: DeviceAuthenticationRequest) -> dict[str, str]:
    """DeviceIdentity's fields."""
    check_texts(least=1, deviceId=data.device_id)
    check_texts(64, deviceOS=data.device_os)
    check_texts(
        deviceName=data.device_name,
        deviceModel=data.device_model,
        deviceType=data.device_type,
        operatingSystem=data.operating_system,
    )
    return {
        "device_id": data.device_id,
        "device_os": data.device_os,
        "device_name": data.device_name or "",
        "device_model": data.device_model or "",
        "device_type": data.device_type or "",
        "operating_system": data.operating_system or "",
    }


@request("EndSessionRequest", EndSessionRequest, player=False, durable=False)
async def end_session(request: Request) -> dict[str, Any]:
    """The player leaves the socket; the token stays valid (wire-protocol.md §3.5). Milliseconds."""
    request.session.log_out()
    return {"sessionDuration": int((time.monotonic() - request.session.started) * 1000)}


async def _log_in(request: Request, work: Callable[[], dict[str, Any]]) -> Response:
    """Run the writes, then bind the socket by their answer."""
    response = await database.run(in_transaction, request, lambda _: work())
    log_in(request.session, response.body)
    return response
