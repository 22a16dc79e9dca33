"""What a process does when it starts and before it ends, registered by those who own it.

realtime.process runs the hooks on the loop that serves.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

Hook = Callable[[], Awaitable[None]]

logger = logging.getLogger("flint.realtime")
_starters: list[Hook] = []
_stoppers: list[Hook] = []
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
        try:
            await hook()
        except Exception:
            logger.exception("A stop hook failed: %s", getattr(hook, "__qualname__", hook))
    _loop = None
