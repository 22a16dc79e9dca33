"""Wakes the jobs of other processes: one PUBLISH for all that was asked for while the last one ran.

Nothing depends on it. Every job looks for work each second or so by itself.
"""

import asyncio
import contextlib
from collections.abc import Iterable

from realtime import lifecycle, outside, redis_keys, worker
from realtime.redis import RedisAway, ask

_names: set[str] = set()
_telling: asyncio.Task[None] | None = None


def tell(name: str) -> None:
    """From the loop or from any thread."""
    loop = lifecycle.loop()
    if loop is None or not loop.is_running():
        outside.begin(lambda: _publish([name]))
    elif name not in _names:
        loop.call_soon_threadsafe(_add, name)


def heard(names: Iterable[str]) -> None:
    """Another process asks for them."""
    for name in names:
        worker.wake_here(name)


def _add(name: str) -> None:
    global _telling
    _names.add(name)
    if _telling is None:
        _telling = asyncio.get_running_loop().create_task(_tell())


async def _tell() -> None:
    global _telling
    try:
        while _names:
            names = list(_names)
            _names.clear()
            await _publish(names)
    finally:
        _telling = None


async def _publish(names: list[str]) -> None:
    with contextlib.suppress(RedisAway):
        await ask(lambda client: client.publish(redis_keys.WAKE, " ".join(names)))
