"""Trying a provider account: whether it is reached and takes the credentials, and a push if one is wanted."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from asgiref.sync import async_to_sync
from cryptography.fernet import InvalidToken

from games.audit import record
from games.models import Stage, User
from push import pending, trials
from push.account_health import verified
from push.accounts import promote
from push.codes import SANDBOX
from push.endpoints import endpoint_of, tls_context, token_endpoint_of
from push.expiry import expiry_of, warning_of
from push.explaining import explain
from push.models import Device, ProviderAccount
from push.pending import Candidate
from push.providers import Provider
from push.reaching import reach
from push.results import Result
from push.routes import Route, current_route, route_of
from push.transports.base import PushError, Step, Transport
from push.transports.failures import failure
from push.transports.registry import build
from push.transports.steps import failed

PATIENCE = 20.0  # seconds
# For connections that were given up in the middle of a handshake to end, as aiohttp's documentation asks for:
# a command's loop ends with it.
GOODBYE = 0.25
NEW = "new credentials"


def prove(
    stage: Stage, provider: str, actor: User | None = None, device: Device | None = None
) -> Sequence[Step]:
    """Each step with its outcome in words, up to the first that fails.

    New credentials that wait for their proof come first, and are in use from then on if they pass. Without a
    `device` nothing reaches one. Not inside a transaction: the provider may take its time.
    """
    steps = prove_pending(stage, provider, actor)
    route = current_route(stage, provider)
    result = None
    if device is not None or not steps or not steps[-1].ok:
        proven, result = async_to_sync(prove_route)(route, device)
        steps += proven
    steps += _expiry(route.account)
    if result is not None:
        trials.keep(result)
    if _was_asked(route) and all(step.ok for step in steps):
        assert route.account is not None
        verified(route.account)
    target = route.account or f"{stage} · {provider}"
    outcomes = {step.name: step.ok for step in steps}
    record(actor, "push_account.tested", target, stage.game, stage=stage.name, steps=outcomes)
    return steps


async def prove_route(route: Route, device: Device | None = None) -> tuple[list[Step], Result | None]:
    """Raises nothing; the result is that of the test push, where there was one."""
    steps = await _reach(route.account) if route.account and not route.recorded else []
    if not all(step.ok for step in steps):
        return steps, None
    transport = await build(route)
    try:
        steps += await _verify(transport, route.account.provider if route.account else "")
        if device is None or not all(step.ok for step in steps):
            return steps, None
        result = await trials.attempt(transport, route, device)
        return [*steps, _pushed(result)], result
    finally:
        await transport.close()
        if not all(step.ok for step in steps):
            await asyncio.sleep(GOODBYE)


def judge(candidate: Candidate, steps: Sequence[Step], actor: User | None = None) -> Step:
    """Put new credentials in use if every step worked, else keep the reason; what came of it, as a step."""
    wrong = next((step for step in steps if not step.ok), None)
    if wrong is None and promote(candidate, actor):
        return Step(NEW, True, "They are in use from now on.")
    if wrong is None:
        return Step(NEW, False, "They were replaced while they were tried.", remedy="Try again.")
    pending.refused(candidate, wrong)
    return Step(NEW, False, "They are not in use, the old ones send on.", remedy=wrong.remedy)


def prove_pending(stage: Stage, provider: str, actor: User | None = None) -> list[Step]:
    """Nothing where no new credentials wait; else the last step says whether they are in use now."""
    account = ProviderAccount.objects.filter(stage=stage, provider=provider).defer("credentials").first()
    try:
        candidate = pending.candidate_of(account) if account else None
    except InvalidToken:
        return [failed(NEW, failure(provider, "credentials_unreadable"))]
    if candidate is None:
        return []
    steps = async_to_sync(prove_candidate)(candidate)
    named = [replace(step, name=f"{NEW}: {step.name}") for step in steps]
    return [*named, judge(candidate, steps, actor)]


async def prove_candidate(candidate: Candidate) -> list[Step]:
    account = candidate.account
    steps, _ = await prove_route(route_of(account.stage, account.provider, account))
    return steps


def _was_asked(route: Route) -> bool:
    """Whether a proof without a push asks the provider; push services of browsers judge by a push alone."""
    return route.account is not None and not route.recorded and route.account.provider != Provider.WEB


def _expiry(account: ProviderAccount | None) -> list[Step]:
    """A step where something ends soon; it fails once it is over."""
    expiry = expiry_of(account) if account else None
    if account is None or expiry is None or not (warning := warning_of(account)):
        return []
    return [Step("expiry", expiry.days >= 0, warning)]


async def _reach(account: ProviderAccount) -> list[Step]:
    try:
        context = tls_context(account)
    except ValueError as error:
        return [failed("CA bundle", failure(account.provider, "invalid_account", why=str(error)))]
    if account.provider == Provider.APNS:
        context.set_alpn_protocols(["h2"])
    addresses = dict.fromkeys(filter(None, (token_endpoint_of(account), endpoint_of(account))))
    return [await reach(address, context) for address in addresses]


async def _verify(transport: Transport, provider: str) -> Sequence[Step]:
    try:
        return await asyncio.wait_for(transport.verify(), PATIENCE)
    except TimeoutError:
        error = failure(provider, "timeout")
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
        return Step("test push", True, explain(SANDBOX).sentence, seconds=seconds)
    return Step("test push", True, "The provider took it: look at the device.", sent.reference, seconds)
