"""One HTTP/2 connection to APNs: aioapns' own, with the exchange of requests and answers made sound.

What is ours, and why: answers are matched by stream (a server need not echo apns-id); a request waits for the
server's SETTINGS, a free stream and room in the flow-control window, and its body leaves in the pieces that a
smaller window has room for; RST_STREAM ends its request; a GOAWAY ends only the streams above its last id; a
request that is given up harms no neighbour.
"""

import asyncio
from collections import deque
from collections.abc import Callable

import msgspec
from aioapns.common import NotificationRequest, NotificationResult
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
from push.transports.apns_exchanges import Exchanges, StreamRefused
from push.transports.apns_head import HeadMaker, make_h2
from push.transports.http2_frames import GoAway, GoAwayFilter


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
        self.conn = make_h2()
        self.usable = True
        self._heads = HeadMaker(address.authority, topic)
        self._token = token
        self._on_lost = on_lost
        self._frames = GoAwayFilter()
        self._exchanges = Exchanges()
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._settled = False
        self._flushing = False
        self._heard = 0.0
        self._closing_words = ""

    async def send_notification(self, request: NotificationRequest) -> NotificationResult:
        """Raises StreamRefused, or ConnectionClosed when it is unknown whether the server took the request.

        May be cancelled: the stream is reset, and the connection given up if it has gone silent.
        """
        body = msgspec.json.encode(request.message)
        began = self.loop.time()
        try:
            await self._room_for(len(body))
        except asyncio.CancelledError:
            self._doubt(began)
            raise
        stream, rest = self._open(request, body)
        answer = self._exchanges.begin(stream, request.notification_id)
        try:
            while rest and not answer.done():
                await self._turn()
                rest = self._send_more(stream, rest)
            return await answer
        except asyncio.CancelledError:
            self._give_up(stream, began)
            raise
        finally:
            self._exchanges.forget(stream)
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
            and self._first_part(size) <= self.conn.outbound_flow_control_window
        )

    def _first_part(self, size: int) -> int:
        """How many bytes of a body a new stream has room for."""
        return min(size, self.conn.remote_settings.initial_window_size)

    async def _room_for(self, size: int) -> None:
        while self.usable and not self._fits(size):
            await self._turn()
        if not self.usable:
            raise StreamRefused(self._closing_words)

    async def _turn(self) -> None:
        """Until something has changed that may have made room, or ended the connection."""
        turn: asyncio.Future[None] = self.loop.create_future()
        self._waiting.append(turn)
        await turn

    def _open(self, request: NotificationRequest, body: bytes) -> tuple[int, bytes]:
        """The stream, and what of the body there was no room for."""
        try:
            stream: int = self.conn.get_next_available_stream_id()
        except NoAvailableStreamIDError as error:
            self.retire()
            raise StreamRefused("the connection has used up its streams") from error
        self.conn.send_headers(stream, self._heads.head(request, self._token.get_header()))
        room = self._first_part(len(body))
        self.conn.send_data(stream, body[:room], end_stream=room == len(body))
        self._flush_soon()
        return stream, body[room:]

    def _send_more(self, stream: int, body: bytes) -> bytes:
        """As much as there is room for; what is left."""
        try:
            room = min(self.conn.local_flow_control_window(stream), self.conn.max_outbound_frame_size)
            if room > 0:
                self.conn.send_data(stream, body[:room], end_stream=room >= len(body))
        except ProtocolError:
            return b""  # the stream or the connection has ended, and so will the answer
        self._flush_soon()
        return body[max(0, room) :]

    def _flush_soon(self) -> None:
        """Requests of one turn of the loop leave in one write."""
        if not self._flushing:
            self._flushing = True
            self.loop.call_soon(self.flush)

    def _doubt(self, began: float) -> None:
        """Where nothing at all has come since, the peer is gone, and new requests must not join."""
        if self._heard < began:
            self.retire()

    def _give_up(self, stream: int, began: float) -> None:
        self._doubt(began)
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
            self._exchanges.on_data(event.stream_id, event.data)
        elif isinstance(event, ResponseReceived):
            self._exchanges.on_status(event.stream_id, dict(event.headers).get(b":status", b"").decode())
        elif isinstance(event, StreamEnded):
            self._exchanges.on_end(event.stream_id)
        elif isinstance(event, StreamReset):
            self._on_reset(event)

    def _on_reset(self, event: StreamReset) -> None:
        refused = event.error_code == ErrorCodes.REFUSED_STREAM
        error = StreamRefused("refused") if refused else ConnectionClosed("the request's stream was reset")
        self._exchanges.fail(event.stream_id, error)

    def _on_goaway(self, goaway: GoAway) -> None:
        self._closing_words = goaway.debug
        self._exchanges.fail_above(goaway.last_stream, StreamRefused(goaway.debug))
        self.retire()

    def _room_changed(self) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
        if not self.usable and not self._exchanges and self.transport is not None:
            self.transport.close()

    # --- What of aioapns would do harm

    def connection_lost(self, exc: Exception | None) -> None:
        words = self._closing_words or str(exc or "closed by the server")
        self._exchanges.fail_above(0, ConnectionClosed(words))
        self.retire()
        self._on_lost(self)

    def flush(self) -> None:
        self._flushing = False
        data = self.conn.data_to_send()
        if data and self.transport is not None and not self.transport.is_closing():
            self.transport.write(data)

    def refresh_inactivity_timer(self) -> None:
        """Apple asks to leave connections open: idle ones are not closed."""
