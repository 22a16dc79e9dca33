"""A WebSocket on a uvicorn server: an ASGI connection above, the SocketTransport below it.

Takes the place of uvicorn's `WebSocketsSansIOProtocol`, which keeps a peer that has died in four ways
(keep-alive, application crash, application return, `websocket.close`: each waits for a full buffer to drain),
stops reading while the application is busy, so that pongs go unread, and needs more memory and time.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from uvicorn.protocols.utils import ClientDisconnected

from realtime import framing, timeouts
from realtime.draining import SERVICE_RESTART, DrainingState
from realtime.framing import BINARY, CLOSE, PING, PONG, TEXT, Fault, FrameReader, frame, text_frame
from realtime.incoming import Event, Incoming
from realtime.pace import Pace
from realtime.pulse import Pulse

logger = logging.getLogger("flint.realtime")

LARGEST_MESSAGE = 1024 * 1024
LARGEST_OF_STRANGERS = 16 * 1024  # until the application admits them
LARGEST_BUFFER = 8 * 1024 * 1024  # unsent bytes past which a peer is dropped, whoever writes

CONNECTING, OPEN, CLOSING, CLOSED = range(4)


class UvicornTransport(asyncio.Protocol):
    """The protocol object of one socket; also its SocketTransport, in `scope["extensions"]`."""

    __slots__ = (
        "_accept_key",
        "_close_code",
        "_drained",
        "_incoming",
        "_pace",
        "_pulse",
        "_reader",
        "_server_state",
        "_shutting_down",
        "_state",
        "_transport",
        "_unfinished_since",
        "on_pong",
        "on_writable",
        "watched",
    )

    confirms = True

    def __init__(self, transport: asyncio.Transport, server_state: DrainingState, accept_key: str) -> None:
        self.on_pong: Callable[[int], None] | None = None
        self.on_writable: Callable[[], None] | None = None
        self.watched = False
        self._transport = transport
        self._server_state = server_state
        self._accept_key = accept_key
        self._reader = FrameReader(LARGEST_OF_STRANGERS)
        self._unfinished_since = 0.0
        self._pace = Pace(transport, self._read_left)
        self._incoming = Incoming(self._pace)
        self._pulse = Pulse(self)
        self._drained: asyncio.Event | None = None  # there while the buffer is full
        self._state = CONNECTING
        self._close_code = 1006
        self._shutting_down = False

    # --- the application's side -------------------------------------------------------------------------

    def start(self, application: Awaitable[None]) -> None:
        """Run the application. Its coroutine alone holds the scope: an idle socket needs none of it here."""
        self._server_state.connections.add(self)  # type: ignore[arg-type]
        self._incoming.put({"type": "websocket.connect"})
        task = asyncio.get_running_loop().create_task(self._run(application))
        self._server_state.tasks.add(task)
        task.add_done_callback(self._server_state.tasks.discard)

    async def _run(self, application: Awaitable[None]) -> None:
        code = 1000
        try:
            await application
        except ClientDisconnected:
            pass
        except asyncio.CancelledError:  # the server ends and would not wait any longer
            code = SERVICE_RESTART
        except BaseException:
            logger.exception("Exception in a WebSocket application")
            code = 1011
        if self._state == CONNECTING:
            self._refuse(b"500 Internal Server Error")
        self.close(code)

    async def receive(self) -> Event:
        return await self._incoming.get()

    async def send(self, message: Event) -> None:
        kind = message["type"]
        if self._state == CONNECTING:
            self._answer_handshake(kind, message)
        elif kind == "websocket.send":
            await self.drained()
            if self._state != OPEN:
                raise ClientDisconnected
            text = message.get("text")
            self.write(text_frame(text.encode()) if text is not None else frame(BINARY, message["bytes"]))
        elif kind == "websocket.close":  # at once: a peer that reads nothing would be waited for
            self.close(message.get("code") or 1000, message.get("reason") or "")
        else:
            raise RuntimeError(f"{kind!r} after the handshake")

    def _answer_handshake(self, kind: str, message: Event) -> None:
        if kind == "websocket.accept":
            headers = list(message.get("headers") or [])
            if message.get("subprotocol"):
                headers.append((b"Sec-WebSocket-Protocol", message["subprotocol"].encode()))
            self._accept(headers)
        elif kind == "websocket.close":
            self._refuse(b"403 Forbidden")
        else:
            raise RuntimeError(f"{kind!r} before the handshake")

    def _accept(self, headers: list[tuple[bytes, bytes]]) -> None:
        head = [
            b"HTTP/1.1 101 Switching Protocols",
            b"Upgrade: websocket",
            b"Connection: Upgrade",
            b"Sec-WebSocket-Accept: " + self._accept_key.encode(),
            *[name + b": " + value for name, value in headers],
        ]
        self._accept_key = ""
        self._state = OPEN
        self.write(b"\r\n".join(head) + b"\r\n\r\n")
        if self._shutting_down:
            self._server_state.drain.add(self)

    def _refuse(self, status: bytes) -> None:
        self._state = CLOSING
        self._write_raw(b"HTTP/1.1 " + status + b"\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
        self._finish()

    # --- what the peer sends ----------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        self._take(self._reader.feed(data))

    def _read_left(self) -> None:
        if self._reader.behind:
            self._take(self._reader.feed(b""))

    def _take(self, messages: list[framing.Message]) -> None:
        for opcode, payload in messages:
            if opcode == TEXT:
                self._received({"type": "websocket.receive", "text": payload}, len(payload))
            elif opcode == BINARY:
                self._received({"type": "websocket.receive", "bytes": payload}, len(payload))
            elif isinstance(payload, bytes):
                self._controlled(opcode, payload)
        if fault := self._reader.fault or self._overdue():
            self._fail(fault)
        else:
            self._pace.charge(self._reader.frames, self._reader.behind)

    def _overdue(self) -> Fault | None:
        """A message whose fragments keep coming, or which is left unfinished by a peer that answers pings."""
        if not self._reader.unfinished:
            self._unfinished_since = 0.0
            return None
        now = asyncio.get_running_loop().time()
        self._unfinished_since = self._unfinished_since or now
        late = now - self._unfinished_since >= timeouts.UNFINISHED
        return Fault(framing.POLICY, "a message has to be finished") if late else None

    def _received(self, event: Event, size: int) -> None:
        if self._state <= OPEN:
            self._incoming.put(event, size)

    def _controlled(self, opcode: int, payload: bytes) -> None:
        if opcode == PONG:
            token = self._pulse.ponged(payload)
            if token and self.on_pong is not None:
                self._tell(self.on_pong, token)
        elif opcode == PING:
            # A peer that sends pings and reads nothing gets no answers into its full buffer.
            if self._drained is None:
                self.write(frame(PONG, payload))
        elif opcode == CLOSE:
            self._closed_by_peer(payload)

    def _closed_by_peer(self, payload: bytes) -> None:
        try:
            self._close_code, _ = framing.read_close(payload)
        except Fault as fault:
            self._fail(fault)
            return
        if self._state == OPEN:
            self._state = CLOSING
            self._write_raw(frame(CLOSE, payload))
        self._finish()

    def _fail(self, fault: Fault) -> None:
        """Say what was wrong, then only swallow: closing over unread bytes would reset the goodbye away."""
        if self._state == CONNECTING:
            self.abort()
        elif self._state == OPEN:
            self.close(fault.code, fault.reason)
            self._close_code = fault.code
            if self._transport.can_write_eof():
                self._transport.write_eof()

    def eof_received(self) -> None:
        self._state = max(self._state, CLOSING)
        self._finish()

    # --- SocketTransport --------------------------------------------------------------------------------

    def write_text(self, payload: bytes) -> None:
        self.write(text_frame(payload))

    def ping(self, token: int) -> None:
        if self._state == OPEN:
            self._pulse.ping(token)

    def admit(self, per_second: float, burst: float) -> None:
        self._pace.limit(per_second, burst)
        self._reader.limit = LARGEST_MESSAGE

    def charge(self, frames: int) -> None:
        self._pace.charge(frames, self._reader.behind)

    async def drained(self) -> None:
        if self._drained is not None:
            await self._drained.wait()

    def close(self, code: int = 1000, reason: str = "") -> None:
        if self._state == CONNECTING:
            self._refuse(b"403 Forbidden")
        elif self._state == OPEN:
            self._state = CLOSING
            self._write_raw(frame(CLOSE, framing.close_payload(code, reason)))
            self._pulse.drop_in(timeouts.CLOSE, self.abort)

    def abort(self) -> None:
        if self._state != CLOSED:
            self._state = CLOSING
            self._transport.abort()

    @property
    def closing(self) -> bool:
        return self._state != OPEN

    @property
    def buffered(self) -> int:
        return 0 if self._state == CLOSED else self._transport.get_write_buffer_size()

    @property
    def unanswered(self) -> float:
        return self._pulse.unanswered

    @property
    def reading_paused(self) -> bool:
        return self._pace.stopped

    def write(self, data: bytes) -> None:
        """Finished frames, as they are."""
        if self._state != OPEN:
            return
        if self._drained is not None and self._transport.get_write_buffer_size() > LARGEST_BUFFER:
            self.abort()
        else:
            self._write_raw(data)

    def _write_raw(self, data: bytes) -> None:
        try:
            self._transport.write(data)
        except Exception:  # a handle that is closed already: what happens here must end here
            self.abort()

    def _tell(self, callback: Callable[..., None], *args: Any) -> None:
        try:
            callback(*args)
        except Exception:
            logger.exception("A connection's callback failed; only this connection is dropped")
            self.abort()

    # --- the event loop's side, and the end -------------------------------------------------------------

    def pause_writing(self) -> None:
        self._drained = asyncio.Event()

    def resume_writing(self) -> None:
        drained, self._drained = self._drained, None
        if drained is not None:
            drained.set()
        if self._state == OPEN and self.on_writable is not None:
            self._tell(self.on_writable)

    def shutdown(self) -> None:
        """The server ends. May come at any moment of the socket's life, and more than once."""
        if not self._shutting_down:
            self._shutting_down = True
            if self._state == OPEN:
                self._server_state.drain.add(self)

    def _finish(self) -> None:
        """Close the TCP connection once everything is sent, or without that if it takes too long."""
        self._transport.close()
        self._pulse.drop_in(timeouts.CLOSE, self.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        self._state = CLOSED
        self._pulse.stop()
        self._pace.end()
        self._server_state.connections.discard(self)
        if self._drained is not None:
            self._drained.set()
        self._incoming.end(self._close_code)
