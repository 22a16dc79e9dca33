"""HTTP on a uvicorn server: stock h11 with deadlines, our upgrade to a WebSocket, a patient shutdown."""

import asyncio
import base64
import binascii
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol
from websockets.utils import accept_key

from realtime import timeouts
from realtime.transport import EXTENSION
from realtime.websocket import UvicornTransport

WATCH_EVERY = 1.0  # seconds; deadlines are met within that


class HttpProtocol(H11Protocol):
    """A TCP connection until it becomes a WebSocket. Stock uvicorn never drops a half-sent request."""

    _watch: asyncio.TimerHandle | None = None
    _head_since: float | None = None  # since when a request's head has been awaited
    _moved: float = 0.0  # when bytes last came in, or the buffer filled up
    _closing_since: float | None = None
    _draining = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._head_since = self._moved = self.loop.time()
        self._look_later()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_watch()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._moved = self.loop.time()
        if self._head_since is None and self._between_requests():
            self._head_since = self._moved
        super().data_received(data)

    def handle_events(self) -> None:
        before = self.cycle
        super().handle_events()
        if self.cycle is not before:
            self._head_since = None
            if self._draining:
                self.cycle.keep_alive = False

    def abort(self) -> None:
        self.transport.abort()

    def pause_writing(self) -> None:
        self._moved = self.loop.time()
        super().pause_writing()

    def _between_requests(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    # --- deadlines --------------------------------------------------------------------------------------

    def _look_later(self) -> None:
        self._watch = self.loop.call_later(WATCH_EVERY, self._look)

    def _stop_watch(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None

    def _look(self) -> None:
        if self._overdue(self.loop.time()):
            self.abort()
        else:
            self._look_later()

    def _overdue(self, now: float) -> bool:
        if self.transport.is_closing():
            self._closing_since = self._closing_since or now
            return now - self._closing_since >= timeouts.CLOSE
        if self.flow.write_paused:
            return now - self._moved >= timeouts.UNSENT
        if self._between_requests():
            return self._head_since is not None and now - self._head_since >= timeouts.HEAD
        return self.cycle.more_body and now - self._moved >= timeouts.BODY

    # --- the upgrade ------------------------------------------------------------------------------------

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        key = _handshake_key(event.method, self.headers)
        if key is None:
            self.send_400_response("Not a WebSocket handshake of version 13.")
            return
        self._stop_watch()
        self.connections.discard(self)
        socket = UvicornTransport(self.transport, self.server_state, accept_key(key))
        self.transport.set_protocol(socket)
        socket.start(self.app(_websocket_scope(self.scope, socket), socket.receive, socket.send))
        early, _ = self.conn.trailing_data
        if early:
            socket.data_received(early)
        if self._draining:
            socket.shutdown()

    # --- the end ----------------------------------------------------------------------------------------

    def shutdown(self) -> None:
        """A client that was accepted but whose request was not read yet gets a moment to be served."""
        if self._draining:
            return
        self._draining = True
        if self.cycle is None:
            self.loop.call_later(timeouts.UNREAD, self._give_up_unread)
        elif self.cycle.response_complete:
            self.transport.close()
        else:
            self.cycle.keep_alive = False

    def _give_up_unread(self) -> None:
        if self.cycle is None and self in self.connections:
            self.transport.close()


def _handshake_key(method: bytes, headers: list[tuple[bytes, bytes]]) -> str | None:
    """The key of a handshake that RFC 6455 allows. Nothing else of the request is judged here."""
    found = dict(headers)
    key = found.get(b"sec-websocket-key", b"").strip()
    try:
        sound = len(base64.b64decode(key, validate=True)) == 16
    except binascii.Error:
        return None
    if not sound or method != b"GET" or found.get(b"sec-websocket-version", b"").strip() != b"13":
        return None
    return key.decode()


def _websocket_scope(http: Any, socket: UvicornTransport) -> dict[str, Any]:
    asked = [value for name, value in http["headers"] if name == b"sec-websocket-protocol"]
    return {
        **{name: value for name, value in http.items() if name != "method"},
        "type": "websocket",
        "scheme": "wss" if http["scheme"] == "https" else "ws",
        "subprotocols": [name.strip() for value in asked for name in value.decode("latin-1").split(",")],
        "extensions": {EXTENSION: socket},
    }
