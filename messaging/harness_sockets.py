"""Sockets of the test harness: their handshakes were signed for somebody who works on the game.

The signature covers whose session of the portal it was made in, so that a socket cannot get rid of that. Each
process asks about those that it holds whether they may stay, so that nobody has to be told who lost a right.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from realtime import database
from realtime.connection import Connection, State

logger = logging.getLogger(__name__)

EVERY = 2.0  # seconds
SIGNED_OUT = 4403  # the close code; 4401 is that of a handshake that is refused


@dataclass(frozen=True, slots=True)
class Held:
    """`portal_session` is the number of its row, as the signature names it."""

    portal_session: str
    game_id: int
    stage: str


MayStay = Callable[[set[Held]], set[Held]]

_may_stay: MayStay = set
_sockets: set[Connection] = set()
_watching: asyncio.Task[None] | None = None


def decide_by(may_stay: MayStay) -> None:
    """Who signs them knows: of those held, the ones that may stay. It is asked on a database thread."""
    global _may_stay
    _may_stay = may_stay


def watch(connection: Connection) -> None:
    global _watching
    _sockets.add(connection)
    if _watching is None or _watching.done():
        _watching = asyncio.get_running_loop().create_task(_watch())


async def _watch() -> None:
    while _sockets:
        await asyncio.sleep(EVERY)
        try:
            await _look()
        except Exception:  # also for others than the database's: the next look is all that ends them
            logger.exception("not known whether the sockets of the harness may stay; asked again soon")


async def _look() -> None:
    _sockets.difference_update([each for each in _sockets if each.state is State.CLOSED])
    held = {each: _held(each) for each in _sockets}
    stay = await database.run(_may_stay, set(held.values()))
    for connection, what in held.items():
        if what not in stay:
            connection.transport.close(SIGNED_OUT)


def _held(connection: Connection) -> Held:
    session = connection.session
    return Held(session.portal_session, session.game_id, session.stage)
