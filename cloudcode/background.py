"""Runs that nobody waits for, of the scheduler and the clock: a few at a time, to leave room for requests."""

import asyncio
import logging
from collections import Counter
from collections.abc import Coroutine
from typing import Any

from cloudcode.sandbox.pool import pool
from protocol.log_context import nobody
from realtime import lifecycle

logger = logging.getLogger("flint.scripts")

PATIENCE = 2.0  # seconds that a process which is told to end gives them

_running: set[asyncio.Task[None]] = set()
_of_stage: Counter[int] = Counter()


def has_room(stage_id: int) -> bool:
    """Whether a run of the stage's may begin. One sandbox process at least is left to what players wait for,
    and the rest is not one stage's alone."""
    most = pool().share
    return _of_stage.total() < most and _of_stage[stage_id] < max(1, most - 1)


def start(stage_id: int, work: Coroutine[Any, Any, None], waited_for: bool = False) -> None:
    """`waited_for`: by a player, if only for what it sends; it takes nobody's room."""
    task = asyncio.get_running_loop().create_task(work, context=nobody())
    _running.add(task)
    if not waited_for:
        _of_stage[stage_id] += 1
    task.add_done_callback(lambda done: _end(done, None if waited_for else stage_id))


def _end(task: asyncio.Task[None], stage_id: int | None) -> None:
    _running.discard(task)
    if stage_id is not None:
        _of_stage[stage_id] -= 1
    if not task.cancelled() and (fault := task.exception()) is not None:
        logger.error("A script could not be run", exc_info=fault)


@lifecycle.on_stop
async def stop() -> None:
    """What is cut off was claimed, not lost."""
    if _running:
        _, late = await asyncio.wait(set(_running), timeout=PATIENCE)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
