"""HTTP on a uvicorn server: stock h11 with deadlines, our upgrade to a WebSocket, a patient shutdown."""

import asyncio
import base64
import binascii
from http import HTTPStatus
from typing import Any

import h11
from uvicorn.protocols.http.flow_control import CLOSE_HEADER
from uvicorn.protocols.http.h11_impl import H11Protocol
from websockets.utils import accept_key

from realtime import timeouts
from realtime.doorway import doorway
from realtime.draining import DrainingState
from realtime.http_parser import Parser
from realtime.room import most_connections
from realtime.transport import EXTENSION
from realtime.websocket import UvicornTransport

WATCH_EVERY = 1.0  # seconds; deadlines are met within that


class HttpProtocol(H11Protocol):
    """A TCP connection until it becomes a WebSocket. Stock uvicorn never drops a half-sent request."""

    server_state: DrainingState
    _watch: asyncio.TimerHandle | None = None
    _head_since: float | None = None  # since when a request's head has been awaited
    _body_since: float = 0.0  # since when its body has
    _moved: float = 0.0  # when bytes last came in, or the buffer filled up
    _closing_since: float | None = None
    _refused = False
    _draining = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.conn = self._parser = Parser()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._head_since = self._moved = now = self.loop.time()
        self._look_later()
        if len(self.connections) > most_connections() and not doorway.make_room(now):
            self.abort()
        doorway.enter(self, now)
        if self.server_state.drain.begun:  # accepted in the server's last moment
            self.shutdown()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_watch()
        doorway.leave(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._refused:
            return
        self._moved = self.loop.time()
        if self._head_since is None and self._between_requests():
            self._head_since = self._moved
        super().data_received(data)

    def handle_events(self) -> None:
        before = self.cycle
        super().handle_events()
        if self.cycle is not before:
            self._head_since = None
            doorway.leave(self)
            self._body_since = self.loop.time()
            if self._draining:
                self._make_it_the_last()

    def send_400_response(self, msg: str) -> None:
        self.refuse(self._parser.status)

    def refuse(self, status: int) -> None:
        """Say it, then only swallow: closing over unread bytes would reset the answer away."""
        if self.cycle is not None and self.cycle.response_started and self._in_request():
            self.abort()  # it has its answer, or a part of it
            return
        if self._running():
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self._unset_keepalive_if_required()
        self._refused = True
        self._closing_since = self.loop.time()
        self.transport.write(_answer(status))
        if self.transport.can_write_eof():
            self.transport.write_eof()

    def abort(self) -> None:
        self.transport.abort()

    def pause_writing(self) -> None:
        self._moved = self.loop.time()
        super().pause_writing()

    def _in_request(self) -> bool:
        return self._running() or self.cycle.more_body

    def _between_requests(self) -> bool:
        return not self._running()

    def _running(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

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
        if self._refused or self.transport.is_closing():
            self._closing_since = self._closing_since or now
            return now - self._closing_since >= timeouts.CLOSE
        if self.flow.write_paused:
            return now - self._moved >= timeouts.UNSENT
        if self._between_requests():
            return self._head_since is not None and now - self._head_since >= timeouts.HEAD
        late = now - self._moved >= timeouts.BODY or now - self._body_since >= timeouts.WHOLE_BODY
        return self.cycle.more_body and late

    # --- the upgrade ------------------------------------------------------------------------------------

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        key = _handshake_key(event.method, self.headers)
        if key is None:
            self.refuse(400)
            return
        self._stop_watch()
        doorway.leave(self)
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
            patience = max(timeouts.UNREAD, self.server_state.drain.left)
            self.loop.call_later(patience, self._give_up_unread)
        elif self.cycle.response_complete:
            # A proxy may be sending the next request just now. There is time for it, unless the end is near.
            self.loop.call_later(self.server_state.drain.left - timeouts.DRAIN, self._close_idle)
        else:
            self._make_it_the_last()

    def _make_it_the_last(self) -> None:
        """The request that runs: its answer says so, where it has not begun."""
        self.cycle.keep_alive = False
        self.cycle.default_headers = [*self.cycle.default_headers, CLOSE_HEADER]

    def _close_idle(self) -> None:
        if self in self.connections and self._between_requests():
            self.transport.close()

    def _give_up_unread(self) -> None:
        if self.cycle is None and self in self.connections:
            self.transport.close()


def _handshake_key(method: bytes, headers: list[tuple[bytes, bytes]]) -> str | None:
    """The key of a handshake that RFC 6455 allows. Nothing else of the request is judged here.

    A body would be read as frames here and as the body by a proxy.
    """
    found = dict(headers)
    if found.get(b"content-length", b"0").strip(b"0") or b"transfer-encoding" in found:
        return None
    key = found.get(b"sec-websocket-key", b"").strip()
    try:
        sound = len(base64.b64decode(key, validate=True)) == 16
    except binascii.Error:
        return None
    if not sound or method != b"GET" or found.get(b"sec-websocket-version", b"").strip() != b"13":
        return None
    return key.decode()


def _answer(status: int) -> bytes:
    said = HTTPStatus(status)
    return (
        b"HTTP/1.1 %d %s\r\nConnection: close\r\nCache-Control: no-store\r\nContent-Type: text/plain\r\n"
        b"Content-Length: %d\r\n\r\n%s\n"
    ) % (status, said.phrase.encode(), len(said.phrase) + 1, said.phrase.encode())


def _websocket_scope(http: Any, socket: UvicornTransport) -> dict[str, Any]:
    asked = [value for name, value in http["headers"] if name == b"sec-websocket-protocol"]
    return {
        **{name: value for name, value in http.items() if name != "method"},
        "type": "websocket",
        "scheme": "wss" if http["scheme"] == "https" else "ws",
        "subprotocols": [name.strip() for value in asked for name in value.decode("latin-1").split(",")],
        "extensions": {EXTENSION: socket},
    }
