"""Clients behind a black hole, and clients that stop reading."""

import asyncio
import random

from benchmarks.faults.nodes.cluster import Cluster
from benchmarks.faults.outcome import FaultFailed

HOLE, SHORT_HOLE = 13.0, 11.5  # past the 10 s after which a connection counts as silent
DEAF, SHORT_DEAF = 5.0, 1.5
DEAF_PLAYERS = 40


async def black_hole(cluster: Cluster) -> str:
    """Between the players of one server and the server nothing passes, and no side is told."""
    door = random.choice(cluster.nodes).door
    door.silence()
    cluster.struck()
    await asyncio.sleep(SHORT_HOLE if cluster.short else HOLE)
    held = door.silenced
    door.forget()
    if not held:
        raise FaultFailed("nothing was held back by the black hole")
    return "bytes were held back, and lost"


async def stop_reading(cluster: Cluster) -> str:
    """Dozens of recipients read nothing for a while."""
    here = [player.socket for player in cluster.traffic.recipients if player.socket]
    deaf = random.sample(here, min(DEAF_PLAYERS, len(here)))
    for socket in deaf:
        socket.transport.pause_reading()
    cluster.struck()
    seen = [len(socket.seen) for socket in deaf]
    await asyncio.sleep(SHORT_DEAF if cluster.short else DEAF)
    heard = [len(socket.seen) for socket in deaf]
    for socket in deaf:
        if not socket.transport.is_closing():
            socket.transport.resume_reading()
    if seen != heard:
        raise FaultFailed("clients that do not read received messages")
    return "nothing was read"
