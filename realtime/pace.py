"""How fast a socket is read: a flood waits in the kernel's buffers, then in the sender's."""

import asyncio
from collections.abc import Callable

ROUNDING = 1e-6  # seconds: the last frame of a burst is not refused for a float's sake
STRANGERS = (20.0, 100.0)  # frames a second and at once, until the application admits the client


class Pace:
    """Stops reading while the application's backlog is full, and while more frames came than may.

    Nothing is refused here: what is over the limits of requests is read later, and answered as it should be.
    `go_on` reads on in what was received already, and charges for it. What counts is one moment, until which
    the frames that were read last (GCRA): it may lie `burst` frames ahead of now.
    """

    __slots__ = ("_due", "_full", "_go_on", "_limit", "_loop", "_timer", "_transport")

    def __init__(self, transport: asyncio.Transport, go_on: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport = transport
        self._go_on = go_on
        self._limit = STRANGERS
        self._due = 0.0
        self._full = False
        self._timer: asyncio.TimerHandle | None = None

    @property
    def stopped(self) -> bool:
        return self._full or self._timer is not None

    def limit(self, per_second: float, burst: float) -> None:
        self._limit = (per_second, burst)

    def charge(self, frames: int, behind: bool) -> None:
        """So many frames were read. `behind`: others get a turn before the next ones are."""
        now = self._loop.time()
        self._due = max(self._due, now) + frames / self._limit[0]
        wait = self._ahead(now)
        if (behind or wait > 0) and self._timer is None and not self._transport.is_closing():
            self._transport.pause_reading()
            self._timer = self._loop.call_later(max(wait, 0), self._look)

    def pause_reading(self) -> None:
        """The application's backlog is full."""
        self._full = True
        if not self._transport.is_closing():
            self._transport.pause_reading()

    def resume_reading(self) -> None:
        self._full = False
        self._resume()

    def end(self) -> None:
        self._full = True
        if self._timer is not None:
            self._timer.cancel()

    def _look(self) -> None:
        wait = self._ahead(self._loop.time())
        self._timer = self._loop.call_later(wait, self._look) if wait > 0 else None
        self._resume()

    def _resume(self) -> None:
        if not self.stopped:
            self._go_on()
        if not self.stopped and not self._transport.is_closing():
            self._transport.resume_reading()

    def _ahead(self, now: float) -> float:
        per_second, burst = self._limit
        return self._due - now - burst / per_second - ROUNDING
