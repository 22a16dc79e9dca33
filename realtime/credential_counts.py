"""Tells the database how many sockets this process holds with each credential."""

from collections import Counter

from games import credential_use
from games.credential_use import Used
from realtime import database, lifecycle
from realtime.node import node_id
from realtime.registry import registry
from realtime.worker import job


@job("realtime.credential_counts", every=credential_use.EVERY, everywhere=True)
async def write_down() -> None:
    await database.run(credential_use.write_down, node_id(), credential_use.take_notes(), counts())


def counts() -> Counter[Used]:
    counts: Counter[Used] = Counter()
    for door, held in registry.doors():
        counts[door.game_id, door.credential] += len(held)
    return counts


@lifecycle.on_stop
async def stop() -> None:
    """What the process has noted is not lost with it, nor do its sockets count any longer."""
    await database.run(credential_use.write_down, node_id(), credential_use.take_notes(), {})
