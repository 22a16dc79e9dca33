"""Ends the sockets of stages that nobody may be connected to any more: unpublished, or of a deleted game."""

import asyncio

from games.config_store import configs
from realtime.registry import registry
from realtime.worker import job

SHUT = 4404  # the close code
TURN = 100  # sockets, after which others have theirs


@job("realtime.shut", every=1.0, everywhere=True)
async def shut() -> None:
    for door, held in registry.doors():
        config = configs.cached(door.stage_id)
        if config is not None and not config.published:
            for number, connection in enumerate(list(held), 1):
                connection.transport.close(SHUT)
                if number % TURN == 0:
                    await asyncio.sleep(0)
