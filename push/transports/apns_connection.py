"""One HTTP/2 connection to APNs: aioapns' own, with the exchange of requests and answers made sound.

What is ours, and why: answers are matched by stream (a server need not echo apns-id); a request waits for the
server's SETTINGS, a free stream and room in the flow-control window; RST_STREAM ends its request; a GOAWAY
ends only the streams above its last id; a request that is given up harms no neighbour.
"""

import asyncio
import json
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec
from aioapns.common import NotificationRequest, NotificationResult, PushType
from aioapns.connection import APNsTLSClientProtocol, AuthorizationHeaderProvider
from aioapns.exceptions import ConnectionClosed
from h2.errors import ErrorCodes
from h2.events import (
    DataReceived,
    Event,
    RemoteSettingsChanged,
    ResponseReceived,
    StreamEnded,
    StreamReset,
    WindowUpdated,
)
from h2.exceptions import NoAvailableStreamIDError, ProtocolError

from push.endpoints import Address
from push.transports.http2_frames import GoAway, GoAwayFilter

LARGEST_ANSWER = 16_384


class StreamRefused(Exception):
    """The server did not process the request: it may be sent again at once."""


@dataclass(slots=True)
class _Exchange:
    answer: "asyncio.Future[NotificationResult]"
    request_id: str
    began: float
    status: str = ""
    body: bytearray = field(default_factory=bytearray)


class ApnsConnection(APNsTLSClientProtocol):
    """`usable` False: it takes no new requests and closes once the running ones are answered."""

    def __init__(
        self,
        address: Address,
        topic: str,
        token: AuthorizationHeaderProvider,
        on_lost: "Callable[[ApnsConnection], None]",
    ) -> None:
        super().__init__(topic, asyncio.get_running_loop())
        self.usable = True
        self._authority = address.authority
        self._token = token
        self._on_lost = on_lost
        self._frames = GoAwayFilter()
        self._exchanges: dict[int, _Exchange] = {}
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._settled = False
        self._heard = 0.0
        self._closing_words = ""

    async def send_notification(self, request: NotificationRequest) -> NotificationResult:
        """Raises StreamRefused, or ConnectionClosed when it is unknown whether the server took the request.

        May be cancelled: the stream is reset, and the connection given up if it has gone silent.
        """
        body = msgspec.json.encode(request.message)
        await self._room_for(len(body))
        stream = self._open(request, body)
        exchange = _Exchange(self.loop.create_future(), request.notification_id, self.loop.time())
        self._exchanges[stream] = exchange
        try:
            return await exchange.answer
        except asyncio.CancelledError:
            self._give_up(stream, exchange)
            raise
        finally:
            self._exchanges.pop(stream, None)
            self._room_changed()

    def retire(self) -> None:
        self.usable = False
        self._room_changed()

    def abort(self) -> None:
        """Unlike close() this does not wait for a peer that has stopped reading."""
        self.retire()
        if self.transport is not None:
            self.transport.abort()

    # --- Sending

    def _fits(self, size: int) -> bool:
        return (
            self._settled
            and len(self._exchanges) < self.conn.remote_settings.max_concurrent_streams
            and size <= self.conn.outbound_flow_control_window
            and size <= self.conn.remote_settings.initial_window_size
        )

    async def _room_for(self, size: int) -> None:
        while self.usable and not self._fits(size):
            turn: asyncio.Future[None] = self.loop.create_future()
            self._waiting.append(turn)
            await turn
        if not self.usable:
            raise StreamRefused(self._closing_words)

    def _open(self, request: NotificationRequest, body: bytes) -> int:
        try:
            stream: int = self.conn.get_next_available_stream_id()
        except NoAvailableStreamIDError as error:
            self.retire()
            raise StreamRefused("the connection has used up its streams") from error
        self.conn.send_headers(stream, self._headers(request))
        self.conn.send_data(stream, body, end_stream=True)
        self.flush()
        return stream

    def _headers(self, request: NotificationRequest) -> list[tuple[str, str]]:
        ttl = request.time_to_live
        return [
            (":method", "POST"),
            (":scheme", "https"),
            (":path", f"/3/device/{request.device_token}"),
            (":authority", self._authority),
            ("authorization", self._token.get_header()),
            ("apns-id", request.notification_id),
            ("apns-topic", request.apns_topic or self.apns_topic),
            ("apns-push-type", (request.push_type or PushType.ALERT).value),
            ("apns-priority", str(request.priority)),
            ("apns-expiration", str(int(time.time()) + ttl) if ttl else "0"),
            ("apns-collapse-id", request.collapse_key or request.notification_id),
        ]

    def _give_up(self, stream: int, exchange: _Exchange) -> None:
        if self._heard < exchange.began:
            self.retire()  # nothing at all has come since: the peer is gone, and new requests must not join
        if self.transport is None or self.transport.is_closing():
            return
        try:
            self.conn.reset_stream(stream, ErrorCodes.CANCEL)
        except ProtocolError:
            return
        self.flush()

    # --- Receiving

    def data_received(self, data: bytes) -> None:
        self._heard = self.loop.time()
        frames, goaways = self._frames.feed(data)
        try:
            events = self.conn.receive_data(frames) if frames else []
        except ProtocolError as error:
            self._closing_words = f"protocol error: {type(error).__name__}"
            self.abort()
            return
        for event in events:
            self._on_event(event)
        for goaway in goaways:
            self._on_goaway(goaway)
        self.flush()
        self._room_changed()

    def _on_event(self, event: Event) -> None:
        if isinstance(event, RemoteSettingsChanged):
            self._settled = True
        elif isinstance(event, WindowUpdated):
            pass  # data_received looks for room anyway
        elif isinstance(event, DataReceived):
            self.conn.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            if exchange := self._exchanges.get(event.stream_id):
                exchange.body += event.data[: LARGEST_ANSWER - len(exchange.body)]
        elif isinstance(event, ResponseReceived):
            if exchange := self._exchanges.get(event.stream_id):
                exchange.status = dict(event.headers).get(b":status", b"").decode()
        elif isinstance(event, StreamEnded):
            self._on_answer(event.stream_id)
        elif isinstance(event, StreamReset):
            self._on_reset(event)

    def _on_answer(self, stream: int) -> None:
        exchange = self._exchanges.get(stream)
        if exchange is None or exchange.answer.done():
            return
        reason, timestamp = _read_answer(bytes(exchange.body))
        result = NotificationResult(exchange.request_id, exchange.status, reason, timestamp)
        exchange.answer.set_result(result)

    def _on_reset(self, event: StreamReset) -> None:
        refused = event.error_code == ErrorCodes.REFUSED_STREAM
        error = StreamRefused("refused") if refused else ConnectionClosed("the request's stream was reset")
        self._fail(event.stream_id, error)

    def _on_goaway(self, goaway: GoAway) -> None:
        self._closing_words = goaway.debug
        for stream in [stream for stream in self._exchanges if stream > goaway.last_stream]:
            self._fail(stream, StreamRefused(goaway.debug))
        self.retire()

    def _fail(self, stream: int, error: Exception) -> None:
        exchange = self._exchanges.get(stream)
        if exchange is not None and not exchange.answer.done():
            exchange.answer.set_exception(error)

    def _room_changed(self) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
        if not self.usable and not self._exchanges and self.transport is not None:
            self.transport.close()

    # --- What of aioapns would do harm

    def connection_lost(self, exc: Exception | None) -> None:
        for stream in list(self._exchanges):
            self._fail(stream, ConnectionClosed(self._closing_words or str(exc or "closed by the server")))
        self.retire()
        self._on_lost(self)

    def flush(self) -> None:
        data = self.conn.data_to_send()
        if data and self.transport is not None and not self.transport.is_closing():
            self.transport.write(data)

    def refresh_inactivity_timer(self) -> None:
        """Apple asks to leave connections open: idle ones are not closed."""


def _read_answer(body: bytes) -> tuple[str, int | None]:
    """The error's reason, and the time in milliseconds from which a token was known to be dead."""
    try:
        answer = json.loads(body) if body else {}
        timestamp = answer.get("timestamp")
        return str(answer.get("reason", "")), int(timestamp) if timestamp is not None else None
    except (ValueError, AttributeError, TypeError):
        return "", None
