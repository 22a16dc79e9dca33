"""Clients leave in every way but the polite one while messages are on their way to them, and come back."""

import asyncio
import random
import socket
import struct
from collections.abc import Callable

from benchmarks.faults.load import Load
from benchmarks.faults.outcome import Outcome
from benchmarks.faults.world import Player, World

TITLE = "clients that leave by reset, by FIN without a goodbye, or half-open, and return"
ROUNDS, SHORT_ROUNDS = 12, 4
Way = Callable[[Player], None]
APART = 0.25  # seconds of load between two leavings


async def run(world: World) -> Outcome:
    server = await world.server()
    load = await Load.prepare(world, server, senders=6, recipients=6)
    gone: list[asyncio.Task[None]] = []
    async with load.run():
        for number in range(SHORT_ROUNDS if world.short else ROUNDS):
            for place, recipient in enumerate(load.recipients):
                leave = WAYS[(number + place) % len(WAYS)]
                gone.append(asyncio.create_task(_leave_and_return(recipient, leave)))
            await asyncio.sleep(APART)
            await asyncio.gather(*gone)
    outcome = await load.settle()
    outcome.figures = {
        "leavings": len(gone),
        "sockets": sum(len(player.clients) for player in load.recipients),
    }
    return outcome


async def _leave_and_return(recipient: Player, leave: Way) -> None:
    await asyncio.sleep(random.uniform(0, APART / 2))
    leave(recipient)
    await asyncio.sleep(random.uniform(0, APART / 2))
    await recipient.come_back()


def reset(player: Player) -> None:
    """A machine that crashed: its kernel answers with a reset, unread bytes are gone."""
    connection = player.socket.writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    player.socket.abort()


def fin(player: Player) -> None:
    """A process that was ended: the connection closes, without a close frame."""
    player.socket.writer.close()


def half_open(player: Player) -> None:
    """A phone that changed its network: the old socket says nothing more, and the server is not told."""
    player.socket.answers_pings = False
    player.socket.reading.clear()


WAYS: tuple[Way, ...] = (reset, fin, half_open)
