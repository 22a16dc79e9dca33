"""What a connection may ask of the socket below it, whichever server holds it."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

EXTENSION = "flint.transport"  # the key in scope["extensions"] under which a server offers itself


class SocketTransport(Protocol):
    """One socket. Nothing here waits or raises because the peer is gone: what cannot be sent is dropped.

    `confirms`: pings are answered, so that a pong proves what was written before its ping. Where it is
    False, written is all there will ever be known.
    `on_pong(token)`: the peer has read everything written before `ping(token)`. Tokens are positive and grow;
    the same one may be told twice, and one may be skipped when a later one was answered.
    `on_writable()`: a buffer that was full has drained below its low-water mark.
    `watched`: somebody holds the peer to taking what is buffered, and ends it otherwise. An unanswered
    keep-alive ping, which waits behind that, does not end it then.
    """

    confirms: bool
    on_pong: Callable[[int], None] | None
    on_writable: Callable[[], None] | None
    watched: bool

    def write_text(self, payload: bytes) -> None:
        """One unfragmented text frame of UTF-8 bytes."""

    def ping(self, token: int) -> None:
        """Ask for the proof; nothing happens where `confirms` is False."""

    def admit(self, per_second: float, burst: float) -> None:
        """The client proved who it is: read large messages from now on, and so many frames a second."""

    def charge(self, frames: int) -> None:
        """A frame that was read held the work of so many more."""

    async def drained(self) -> None:
        """Wait until the peer has taken most of what was written, or is gone."""

    def close(self, code: int = 1000) -> None:
        """Say goodbye after what was written. The peer is dropped if it does not take it in time."""

    def abort(self) -> None:
        """Drop the peer now, with whatever is still unsent."""

    @property
    def buffered(self) -> int:
        """Bytes written here that the kernel has not taken yet."""

    @property
    def closing(self) -> bool:
        """True once nothing more can be written."""

    @property
    def unanswered(self) -> float:
        """Seconds that the oldest unanswered ping, a keep-alive one too, has waited; 0 when none does."""


Send = Callable[[dict[str, Any]], Awaitable[None]]


class AsgiTransport:
    """Over a plain ASGI server (`runserver`): a bounded queue and, while it holds something, a sending task.

    Such a server shows neither pongs nor its buffers, so what waits here is all that is known to be unsent.
    """

    confirms = False
    unanswered = 0.0
    LIMIT = 8 * 1024 * 1024  # bytes waiting: past this the peer is given up
    LOW_WATER = 16 * 1024

    def __init__(self, send: Send) -> None:
        self.on_pong: Callable[[int], None] | None = None
        self.on_writable: Callable[[], None] | None = None
        self.watched = False
        self.closing = False
        self.buffered = 0
        self._send = send
        self._waiting: deque[bytes | int] = deque()
        self._task: asyncio.Task[None] | None = None

    def write_text(self, payload: bytes) -> None:
        if self.closing:
            return
        self.buffered += len(payload)
        if self.buffered > self.LIMIT:
            self.abort()
        else:
            self._put(payload)

    def ping(self, token: int) -> None:
        pass

    def admit(self, per_second: float, burst: float) -> None:
        pass

    def charge(self, frames: int) -> None:
        pass

    async def drained(self) -> None:
        pass

    def close(self, code: int = 1000) -> None:
        if not self.closing:
            self.closing = True
            self._put(code)

    def abort(self) -> None:
        self._waiting.clear()
        self.buffered = 0
        self.close(1011)

    def _put(self, item: bytes | int) -> None:
        self._waiting.append(item)
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._drain())

    async def _drain(self) -> None:
        try:
            while self._waiting:
                await self._send_one(self._waiting.popleft())
        except Exception:  # the peer is gone: every server says so with an exception of its own
            self.closing = True
            self._waiting.clear()
            self.buffered = 0
        finally:
            self._task = None

    async def _send_one(self, item: bytes | int) -> None:
        if isinstance(item, int):
            await self._send({"type": "websocket.close", "code": item})
            return
        await self._send({"type": "websocket.send", "text": item.decode()})
        was, self.buffered = self.buffered, max(0, self.buffered - len(item))
        if was > self.LOW_WATER >= self.buffered and self.on_writable is not None:
            self.on_writable()
