"""What a process does when it starts, comes back to the others and ends, registered by those who own it.

realtime.process runs the hooks on the loop that serves.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

Hook = Callable[[], Awaitable[None]]

logger = logging.getLogger("flint.realtime")
_starters: list[Hook] = []
_stoppers: list[Hook] = []
_rejoiners: list[Hook] = []
_loop: asyncio.AbstractEventLoop | None = None
_stopping = False


def on_start(hook: Hook) -> Hook:
    """Run `hook` once when the process starts, in order of registration. An error ends the start."""
    if hook not in _starters:
        _starters.append(hook)
    return hook


def on_stop(hook: Hook) -> Hook:
    """Run `hook` before the process ends, the last registered first. An error is logged."""
    if hook not in _stoppers:
        _stoppers.append(hook)
    return hook


def on_rejoin(hook: Hook) -> Hook:
    """Run `hook` when this process was cut off from the others and is back. An error is logged."""
    if hook not in _rejoiners:
        _rejoiners.append(hook)
    return hook


async def rejoin() -> None:
    for hook in list(_rejoiners):
        await _attempt(hook)


def loop() -> asyncio.AbstractEventLoop | None:
    """The loop that serves this process, for other threads to schedule on; None where nothing serves."""
    return _loop


def stopping() -> bool:
    """True from the moment the process was told to end."""
    return _stopping


def begin_stop() -> None:
    global _stopping
    _stopping = True


async def start() -> None:
    global _loop, _stopping
    _loop, _stopping = asyncio.get_running_loop(), False
    for hook in list(_starters):
        await hook()


async def stop() -> None:
    global _loop
    begin_stop()
    for hook in reversed(_stoppers):
        await _attempt(hook)
    _loop = None


async def _attempt(hook: Hook) -> None:
    try:
        await hook()
    except Exception:
        logger.exception("A hook failed: %s", getattr(hook, "__qualname__", hook))
