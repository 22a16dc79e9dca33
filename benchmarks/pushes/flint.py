"""Flint's own transport, without outbox."""

import msgspec
import uvloop

from benchmarks.pushes.in_turns import send_all
from benchmarks.pushes.job import Cpu, Job
from push.models import ProviderAccount
from push.routes import Route
from push.transports.base import Notification, Sent
from push.transports.registry import build

DEADLINE = 15.0  # seconds, as a worker's


def run(job: Job) -> Cpu:
    return uvloop.run(_run(job))


async def _run(job: Job) -> Cpu:
    document = job.account
    account = ProviderAccount(
        pk=1,
        provider=job.provider,
        credentials=msgspec.json.encode(document["credentials"]).decode(),
        endpoint=document["endpoint"],
        token_endpoint=document.get("tokenEndpoint", ""),
        ca_bundle=document["caBundle"],
        credentials_changed_ms=1,
    )
    transport = await build(Route(account))

    async def send(notification: Notification) -> Sent:
        return await transport.send(notification, DEADLINE)

    try:
        return await send_all(job, send)
    finally:
        await transport.close()
