"""What the peer sent and the application has not received yet."""

import asyncio
from collections import deque
from typing import Any, Protocol

BACKLOG = 64  # messages, and bytes of them, that may wait before reading stops
BACKLOG_BYTES = 1024 * 1024

Event = dict[str, Any]


class Reading(Protocol):
    def pause_reading(self) -> None: ...
    def resume_reading(self) -> None: ...


class Incoming:
    """Bounded by not reading on. An application that receives at once never stops it: pongs get through.

    Holds next to nothing while nothing waits; asyncio's Queue would.
    """

    __slots__ = ("_bytes", "_events", "_reading", "_waiter", "ended", "paused")

    def __init__(self, reading: Reading) -> None:
        self.paused = False
        self.ended: Event | None = None  # the disconnect, told after everything else and then for ever
        self._reading = reading
        self._events: deque[Event] | None = None
        self._bytes = 0
        self._waiter: asyncio.Future[None] | None = None

    def put(self, event: Event, size: int = 0) -> None:
        if self._events is None:
            self._events = deque()
        self._events.append(event)
        self._bytes += size
        if not self.paused and (len(self._events) > BACKLOG or self._bytes > BACKLOG_BYTES):
            self.paused = True
            self._reading.pause_reading()
        self._wake()

    def end(self, code: int) -> None:
        self.ended = {"type": "websocket.disconnect", "code": code}
        self._wake()

    async def get(self) -> Event:
        while self._events is None:
            if self.ended is not None:
                return self.ended
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        event = self._events.popleft()
        if not self._events:
            self._events = None
            self._bytes = 0
            if self.paused:
                self.paused = False
                if self.ended is None:
                    self._reading.resume_reading()
        return event

    def _wake(self) -> None:
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_result(None)
