"""Takes frames to the connections of their players, here or on other nodes.

`LocalRouter` serves one process. Another router keeps the same interface: it delivers here first, then sends
the rest to the nodes that presence names, one batch a node.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from realtime.connection import Connection
from realtime.registry import registry

WRITES_BETWEEN_YIELDS = 100
TERMINATED = b'{"@class":".SessionTerminatedMessage","authToken":"0"}'


@dataclass(slots=True)
class Frame:
    """One player's message on its way."""

    stage_id: int
    player_id: str
    message_id: str
    document: bytes


class Router(Protocol):
    async def deliver(self, frames: Sequence[Frame]) -> list[Frame]:
        """Write each frame to all its player's connections. Returns those no connection was found for."""

    def has_listeners(self) -> bool:
        """Whether some socket listens to messages that are not its own."""

    def copy_to_listeners(self, frames: Sequence[Frame]) -> None:
        """Give server-type listeners their copies."""

    async def terminate(self, player_id: str, keep: Connection | None = None) -> int:
        """Log the player out of every socket but `keep`; the sockets stay open. Returns how many."""


class LocalRouter:
    async def deliver(self, frames: Sequence[Frame]) -> list[Frame]:
        missed: list[Frame] = []
        for count, frame in enumerate(frames, 1):
            connections = registry.of(frame.player_id)
            if not connections:
                missed.append(frame)
            for connection in connections:
                connection.deliver(frame.message_id, frame.document)
            if count % WRITES_BETWEEN_YIELDS == 0:
                await asyncio.sleep(0)
        return missed

    def has_listeners(self) -> bool:
        return registry.has_listeners()

    def copy_to_listeners(self, frames: Sequence[Frame]) -> None:
        for frame in frames:
            for listener in registry.listeners(frame.stage_id):
                if self._listens(listener, frame.player_id):
                    listener.copy(frame.document)

    @staticmethod
    def _listens(listener: Connection, player_id: str) -> bool:
        """wire-protocol.md §10: players served over that socket, and players with no socket of their own."""
        return (
            listener.session.rights.listen_all
            or (listener.served is not None and player_id in listener.served)
            or not registry.of(player_id)
        )

    async def terminate(self, player_id: str, keep: Connection | None = None) -> int:
        ended = [held for held in registry.of(player_id) if held is not keep]
        for connection in ended:
            connection.send(TERMINATED)
            connection.session.log_out()
            connection.unbind()
        return len(ended)


router: Router = LocalRouter()
