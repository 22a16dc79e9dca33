"""The event loop's work, asked for by what has no loop: database threads, the admin's threads, commands."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from django.conf import settings

from realtime import lifecycle

T = TypeVar("T")

PATIENCE = 5.0  # seconds; whatever is asked for here has a shorter deadline of its own


def finish(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """What `work()` returns, run on the loop that serves this process, or on one for it alone."""
    loop = lifecycle.loop()
    if loop is not None and loop.is_running():
        return asyncio.run_coroutine_threadsafe(work(), loop).result(PATIENCE)
    return asyncio.run(_alone(work))


def begin(work: Callable[[], Coroutine[Any, Any, Any]]) -> None:
    """Do not wait for it where a loop serves. Where none does, only other processes can be concerned."""
    loop = lifecycle.loop()
    if loop is not None and loop.is_running():
        asyncio.run_coroutine_threadsafe(work(), loop)
    elif settings.REDIS_URL:
        asyncio.run(_alone(work))


async def _alone(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    if not settings.REDIS_URL:
        return await work()
    from realtime import redis

    try:
        return await work()
    finally:
        await redis.stop()
