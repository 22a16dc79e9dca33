"""Trying a provider account: whether the provider takes its credentials. Nothing reaches a device."""

import asyncio
from collections.abc import Sequence

from asgiref.sync import async_to_sync

from games.audit import record
from games.models import User
from push.models import ProviderAccount
from push.routes import Route, route_of
from push.transports.base import PushError, Step
from push.transports.registry import build

PATIENCE = 20.0  # seconds


def prove(account: ProviderAccount, actor: User | None) -> Sequence[Step]:
    """Each step with its outcome in words. Not inside a transaction: the provider may take its time."""
    steps = async_to_sync(_prove)(route_of(account.stage, account.provider, account))
    record(
        actor,
        "push_account.tested",
        account,
        account.stage.game,
        stage=account.stage.name,
        steps={step.name: step.ok for step in steps},
    )
    return steps


async def _prove(route: Route) -> Sequence[Step]:
    transport = await build(route)
    try:
        return await asyncio.wait_for(transport.verify(), PATIENCE)
    except TimeoutError:
        return [Step("provider", False, f"It did not answer within {PATIENCE:.0f} seconds.")]
    except PushError as error:
        return [Step("provider", False, f"{error.code}: {error.detail}")]
    finally:
        await transport.close()
