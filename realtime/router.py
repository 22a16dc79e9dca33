"""Takes frames to the connections of their players, here or on other nodes.

`LocalRouter` serves one process. Another router keeps the same interface: it delivers here first, then sends
the frames to the nodes that presence names, one batch a node.
"""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec

from realtime import metrics
from realtime.connection import Connection
from realtime.registry import registry
from realtime.tally import count_written

WRITES_BETWEEN_YIELDS = 100
TERMINATED = b'{"@class":".SessionTerminatedMessage","authToken":"0"}'


class Frame(msgspec.Struct, array_like=True, gc=False):
    """One player's message on its way; between nodes it travels as it is."""

    stage_id: int
    player_id: str
    message_id: str
    document: bytes


@dataclass(slots=True)
class Missed:
    """Frames for whose players no connection that answers was found.

    `sure` is False when other nodes could not be asked: they may hold one all the same.
    """

    frames: list[Frame]
    sure: bool = True


class Router(Protocol):
    async def deliver(self, frames: Sequence[Frame]) -> Missed:
        """Write each frame to all its player's connections."""

    def has_listeners(self) -> bool:
        """Whether some socket listens to messages that are not its own."""

    async def copy_to_listeners(self, frames: Sequence[Frame]) -> None:
        """Give server-type listeners their copies."""

    async def terminate(self, player_id: str, keep: Connection | None = None) -> int:
        """Log the player out of every socket but `keep`; the sockets stay open. Returns how many here."""


class LocalRouter:
    async def deliver(self, frames: Sequence[Frame]) -> Missed:
        missed: list[Frame] = []
        for start in range(0, len(frames), WRITES_BETWEEN_YIELDS):
            if start:
                await asyncio.sleep(0)
            missed += self._write(frames[start : start + WRITES_BETWEEN_YIELDS])
        return Missed(missed)

    @staticmethod
    def _write(frames: Sequence[Frame]) -> list[Frame]:
        missed: list[Frame] = []
        written = 0
        for frame in frames:
            if registry.online(frame.player_id):
                for connection in registry.of(frame.player_id):
                    written += connection.deliver(frame.message_id, frame.document)
            else:
                missed.append(frame)
        if written:
            metrics.written(frames[0].message_id, written)
            count_written(frames[0].stage_id, frames[0].message_id, written)
        return missed

    def has_listeners(self) -> bool:
        return registry.has_listeners()

    async def copy_to_listeners(self, frames: Sequence[Frame]) -> None:
        self.copy(frames)

    def copy(self, frames: Sequence[Frame], elsewhere: Collection[str] = ()) -> None:
        """`elsewhere`: players with sockets on other nodes."""
        for frame in frames:
            for listener in registry.listeners(frame.stage_id):
                if self._listens(listener, frame.player_id, elsewhere):
                    listener.copy(frame.document)

    @staticmethod
    def _listens(listener: Connection, player_id: str, elsewhere: Collection[str]) -> bool:
        """wire-protocol.md §10: players served over that socket, and players with no socket of their own."""
        return (
            listener.session.rights.listen_all
            or (listener.served is not None and player_id in listener.served)
            or not (registry.of(player_id) or player_id in elsewhere)
        )

    async def terminate(self, player_id: str, keep: Connection | None = None) -> int:
        ended = [held for held in registry.of(player_id) if held is not keep]
        for connection in ended:
            connection.send(TERMINATED)
            connection.session.log_out()
            connection.unbind()
        return len(ended)


_router: Router = LocalRouter()


def router() -> Router:
    return _router


def use_router(chosen: Router) -> None:
    global _router
    _router = chosen
