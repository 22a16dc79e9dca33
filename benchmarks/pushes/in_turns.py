"""So many coroutines, each with one push under way."""

import asyncio
from collections.abc import Iterator

from benchmarks.pushes.job import Cpu, Job, Send
from push.transports.base import Notification


async def send_all(job: Job, send: Send) -> Cpu:
    """What follows the warming up is measured."""
    await _send(job.notifications(job.warm), job.at_once, send)
    with Cpu() as cpu:
        await _send(job.notifications(job.count), job.at_once, send)
    return cpu


async def _send(notifications: Iterator[Notification], at_once: int, send: Send) -> None:
    async def some() -> None:
        for notification in notifications:
            await send(notification)

    await asyncio.gather(*(some() for _ in range(at_once)))
