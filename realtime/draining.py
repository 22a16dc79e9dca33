"""How the clients of a server that ends are sent away: evenly, with 1012 (service restart)."""

import asyncio
import time
from typing import Protocol

from uvicorn.server import ServerState

from realtime import timeouts

TICK = 0.02
SERVICE_RESTART = 1012


class Socket(Protocol):
    def close(self, code: int = ...) -> None: ...


class Drain:
    """Closes the sockets that are added to it, spread over a time, so that they do not all come back at once.
    A socket that comes late is closed within what is left of that time."""

    def __init__(self) -> None:
        self._ends: float | None = None
        self._sockets: list[Socket] = []
        self._due = 0.0  # sockets to close, with what is left of one

    def begin(self, seconds: float) -> None:
        """Close the last socket after so many seconds. Called again, only to be done sooner."""
        ends = time.monotonic() + seconds
        self._ends = ends if self._ends is None else min(ends, self._ends)

    @property
    def begun(self) -> bool:
        return self._ends is not None

    @property
    def left(self) -> float:
        """Seconds; below 0 once the last socket was told to go, 0 before it began."""
        return 0.0 if self._ends is None else self._ends - time.monotonic()

    def add(self, socket: Socket) -> None:
        self._sockets.append(socket)

    async def step(self) -> None:
        """Wait for a tick, then close its share."""
        began, left = time.monotonic(), self.left
        await asyncio.sleep(TICK)
        passed = time.monotonic() - began
        self._due += len(self._sockets) * min(passed / left, 1.0) if left > 0 else len(self._sockets)
        while self._sockets and self._due >= 1:
            self._due -= 1
            self._sockets.pop().close(SERVICE_RESTART)


class DrainingState(ServerState):
    """What uvicorn's protocols share, and their drain."""

    def __init__(self) -> None:
        super().__init__()
        self.drain = Drain()


def seconds_for(connections: int, per_second: float, longest: float) -> float:
    """How long a drain at that rate takes. Past `longest` the rate is higher than asked for."""
    return max(timeouts.DRAIN, min(connections / per_second, longest))
