"""Keep-alive pings, and pings as proof: one sequence of numbered pings a socket."""

import asyncio
import struct
from collections.abc import Callable
from typing import Protocol

from realtime import timeouts
from realtime.framing import PING, frame

_PAYLOAD = struct.Struct("!QQ")


class Peer(Protocol):
    """What a pulse needs of its socket."""

    @property
    def buffered(self) -> int: ...
    @property
    def reading_paused(self) -> bool: ...
    @property
    def watched(self) -> bool: ...
    def write(self, data: bytes) -> None: ...
    def abort(self) -> None: ...


class Pulse:
    """Sends a ping after 25 s without one and drops a peer that leaves that ping unanswered for 35 s.

    Each ping carries its number and the latest token. A peer may answer only the latest of several pings, so
    a pong to any of them proves its token: everything written before was read.
    Only a keep-alive ping's silence ends a connection: a token's may wait behind megabytes on a slow line.
    """

    __slots__ = (
        "_answered",
        "_buffered_then",
        "_loop",
        "_peer",
        "_pinged_at",
        "_pings",
        "_probe_at",
        "_probe_number",
        "_timer",
        "_token",
        "_unanswered_since",
    )

    def __init__(self, peer: Peer) -> None:
        self._loop = asyncio.get_running_loop()
        self._peer = peer
        self._pings = self._answered = self._token = 0
        self._unanswered_since = 0.0
        self._probe_at, self._probe_number = 0.0, 0  # the keep-alive ping that is out
        self._buffered_then = 0
        self._pinged_at = self._loop.time()
        self._timer = self._loop.call_at(self._pinged_at + timeouts.PING_AFTER, self._look)

    def ping(self, token: int) -> None:
        self._token = token
        self._ping()

    def ponged(self, payload: bytes) -> int:
        """The token that this pong proves; 0 for none, or for a pong that answers no open ping of ours."""
        if len(payload) != _PAYLOAD.size:
            return 0
        number, token = _PAYLOAD.unpack(payload)
        if not self._answered < number <= self._pings or token > self._token:
            return 0
        self._answered = number
        self._unanswered_since = 0.0 if number == self._pings else self._pinged_at
        if number >= self._probe_number:
            self._probe_at = 0.0
        return int(token)

    @property
    def unanswered(self) -> float:
        """Seconds that the oldest unanswered ping has waited."""
        return self._loop.time() - self._unanswered_since if self._unanswered_since else 0.0

    def stop(self) -> None:
        self._timer.cancel()

    def drop_in(self, seconds: float, drop: Callable[[], None]) -> None:
        """The closing handshake began: no more pings, only this deadline."""
        self._timer.cancel()
        self._timer = self._loop.call_later(seconds, drop)

    def _ping(self) -> None:
        self._pings += 1
        self._pinged_at = self._loop.time()
        self._unanswered_since = self._unanswered_since or self._pinged_at
        self._peer.write(frame(PING, _PAYLOAD.pack(self._pings, self._token)))

    def _look(self) -> None:
        now = self._loop.time()
        due = self._probe_at + timeouts.PONG_WITHIN
        if self._probe_at and now >= due:
            if not self._excused():
                self._peer.abort()
                return
            self._probe_at = now
            due = now + timeouts.PONG_WITHIN
        elif not self._probe_at:
            due = (self._unanswered_since or self._pinged_at) + timeouts.PING_AFTER
            if now >= due:
                self._ping()
                self._probe_at, self._probe_number = now, self._pings
                self._buffered_then = self._peer.buffered
                due = now + min(timeouts.PING_AFTER, timeouts.PONG_WITHIN)
        self._timer = self._loop.call_at(due, self._look)

    def _excused(self) -> bool:
        """We do not read; or others end it in their time; or what is buffered before the ping has shrunk."""
        then, self._buffered_then = self._buffered_then, self._peer.buffered
        return self._peer.reading_paused or self._peer.watched or self._buffered_then < then
