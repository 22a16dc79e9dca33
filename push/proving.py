"""Trying a provider account: whether it is reached and takes the credentials, and a push if one is wanted."""

import asyncio
from collections.abc import Sequence

from asgiref.sync import async_to_sync
from cryptography.fernet import InvalidToken

from games.audit import record
from games.models import Stage, User
from push import trials
from push.accounts import account_of
from push.endpoints import endpoint_of, tls_context, token_endpoint_of
from push.models import Device, ProviderAccount
from push.providers import Provider
from push.reaching import reach
from push.results import Result
from push.routes import Route, route_of, unreadable
from push.transports.base import PushError, Step, Transport
from push.transports.registry import build
from push.transports.steps import failed

PATIENCE = 20.0  # seconds


def prove(
    stage: Stage, provider: str, actor: User | None = None, device: Device | None = None
) -> Sequence[Step]:
    """Each step with its outcome in words, up to the first that fails.

    Without a `device` nothing reaches one. Not inside a transaction: the provider may take its time.
    """
    route = _route(stage, provider)
    steps, result = async_to_sync(_prove)(route, device)
    if result is not None:
        trials.keep(result)
    target = route.account or f"{stage} · {provider}"
    outcomes = {step.name: step.ok for step in steps}
    record(actor, "push_account.tested", target, stage.game, stage=stage.name, steps=outcomes)
    return steps


def _route(stage: Stage, provider: str) -> Route:
    try:
        return route_of(stage, provider, account_of(stage, provider))
    except InvalidToken:
        return unreadable()


async def _prove(route: Route, device: Device | None) -> tuple[list[Step], Result | None]:
    steps = await _reach(route.account) if route.account and not route.recorded else []
    if not all(step.ok for step in steps):
        return steps, None
    transport = await build(route)
    try:
        steps += await _verify(transport)
        if device is None or not all(step.ok for step in steps):
            return steps, None
        result = await trials.attempt(transport, route, device)
        return [*steps, _pushed(result)], result
    finally:
        await transport.close()


async def _reach(account: ProviderAccount) -> list[Step]:
    context = tls_context(account)
    if account.provider == Provider.APNS:
        context.set_alpn_protocols(["h2"])
    addresses = dict.fromkeys(filter(None, (token_endpoint_of(account), endpoint_of(account))))
    return [await reach(address, context) for address in addresses]


async def _verify(transport: Transport) -> Sequence[Step]:
    try:
        return await asyncio.wait_for(transport.verify(), PATIENCE)
    except TimeoutError:
        error = PushError("timeout", f"It did not answer within {PATIENCE:.0f} seconds.")
    except PushError as raised:
        error = raised
    return [failed("provider", error)]


def _pushed(result: Result) -> Step:
    seconds = result.duration_ms / 1000
    if result.error is not None:
        return failed("test push", result.error, seconds)
    sent = result.sent
    assert sent is not None
    if sent.recorded:
        return Step("test push", True, "The sandbox recorded it; nothing was sent.", seconds=seconds)
    return Step("test push", True, "The provider took it: look at the device.", sent.reference, seconds)
