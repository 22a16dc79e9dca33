"""When a stage's first client connected: what the developer waits for whose game is new."""

import asyncio
import logging

from django.db import DatabaseError

from games.first_connections import store
from realtime import database, lifecycle

logger = logging.getLogger(__name__)

_noted: set[int] = set()  # stages whose first connection is stored, or being stored by this process
_storing: set[asyncio.Task[None]] = set()


def note(stage_id: int, client: str) -> None:
    """A client proved its secret; `client` is what it calls itself, "" if nothing. Nobody waits for it."""
    if stage_id in _noted:
        return
    _noted.add(stage_id)
    task = asyncio.get_running_loop().create_task(_store(stage_id, client))
    _storing.add(task)
    task.add_done_callback(_storing.discard)


async def _store(stage_id: int, client: str) -> None:
    database.in_background()
    try:
        await database.run(store, stage_id, client)
    except DatabaseError:
        _noted.discard(stage_id)  # the next connection tries again
        logger.exception("a stage's first connection could not be stored")


@lifecycle.on_stop
async def stop() -> None:
    await asyncio.gather(*_storing)
    _noted.clear()
