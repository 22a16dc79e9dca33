"""The player consumer: frames in, in order; handshake, then requests; deliveries after the answer.

Thin on purpose: a frame that arrives is only put into the connection's queue, because a receive that waits
would stop pongs from being read. A task works the queue while it holds something; an idle connection has
neither queue nor task.
"""

import asyncio
import logging
from collections import deque
from typing import Any

import msgspec
from channels.consumer import AsyncConsumer
from channels.exceptions import StopConsumer
from django.db import DatabaseError

from messaging import handshake, harness_sockets, metrics, secure_socket
from messaging.admission import admission
from messaging.handshake import Handshake, Refused
from messaging.later import answer_later
from messaging.refusals import CLOSE_CODE, refusals
from protocol.addresses import parse_address
from protocol.base_url import base_url
from protocol.client_address import client_address, limited_as
from protocol.dispatch import dispatch
from protocol.frames import Document, MalformedFrame, decode_frame, error_frame
from protocol.metrics import throttled
from protocol.refusal import class_fault, name_of, refuse
from protocol.run import Run
from protocol.throttle import frame_rate
from realtime import process
from realtime.connection import Connection, State
from realtime.registry import registry
from realtime.transport import EXTENSION, AsgiTransport, SocketTransport

logger = logging.getLogger(__name__)

QUEUE_FRAMES = 64
QUEUE_BYTES = 1024 * 1024
TURN = 16  # requests, after which others have theirs
UNREAD_ANSWERS = 1024 * 1024  # bytes that a client may leave unread before its next request is worked on
HANDSHAKE_SECONDS = 15.0


class PlayerConsumer(AsyncConsumer):
    """One socket of a client, from upgrade to close."""

    def __init__(self) -> None:
        self.transport: SocketTransport
        self.handshake: Handshake | None = None
        self.connection: Connection | None = None
        self.secure: secure_socket.SecureSocket | None = None
        self.queue: deque[str | bytes] | None = None
        self.queued_bytes = 0
        self.working: asyncio.Task[None] | None = None
        self.timer: asyncio.TimerHandle | None = None
        self.refused = False
        self.gone = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Channels' loop without its per-message thread hop and its channel: no query is made here, and
        what other processes have to say reaches connections through the router."""
        await process.ensure_started()
        self.transport = scope.get("extensions", {}).get(EXTENSION) or AsgiTransport(send)
        await receive()  # websocket.connect
        await send({"type": "websocket.accept"})
        client = client_address(scope)
        network = limited_as(client)
        fault = admission.enter(network)
        try:
            await self.begin(scope, client, fault)
            del scope, client, fault
            while True:
                message = await receive()
                if message["type"] == "websocket.receive":
                    self.websocket_receive(message)
                else:
                    self.websocket_disconnect(message)
        except StopConsumer:
            return
        finally:
            admission.leave(network)

    # --- events ----------------------------------------------------------------------------------------

    async def begin(self, scope: Any, client: str, fault: dict[str, str] | None) -> None:
        headers = dict(scope["headers"])
        path = scope["path"]
        address = parse_address(
            path, headers.get(b"host", b"").decode("latin-1"), scope["query_string"].decode("latin-1")
        )
        self.timer = asyncio.get_running_loop().call_later(HANDSHAKE_SECONDS, self.time_out)
        if address is not None and address.shifted:
            self.secure = secure_socket.SecureSocket()
        try:
            if fault is not None:
                raise Refused(fault)
            self.handshake = await handshake.begin(address, client, base_url(scope))
        except Refused as refused:
            self.refuse(client, path, refused.error)
        except DatabaseError:
            logger.exception("no handshake: the database does not answer")
            self.refuse(client, path, {"server": "UNAVAILABLE"})
        else:
            self.write(self.handshake.challenge())

    def websocket_receive(self, message: dict[str, Any]) -> None:
        text = message.get("text")
        if text is None:
            text = message.get("bytes") or b""
        if self.refused or not text.strip():  # a keep-alive is one space
            return
        if self.queue is None:
            self.queue = deque((text,))
            self.queued_bytes = len(text)
            self.working = asyncio.get_running_loop().create_task(self.work())
        elif len(self.queue) >= QUEUE_FRAMES or self.queued_bytes + len(text) > QUEUE_BYTES:
            self.throttle(text)
        else:
            self.queue.append(text)
            self.queued_bytes += len(text)

    def websocket_disconnect(self, message: dict[str, Any]) -> None:
        """Requests already queued are still done: the client may have sent them and left."""
        self.gone = True
        if self.timer is not None and not self.refused:
            metrics.handshakes.inc("left")
        self.stop_timer()
        if self.connection is not None:
            self.connection.closed()
        raise StopConsumer

    # --- the queue -------------------------------------------------------------------------------------

    async def work(self) -> None:
        queue = self.queue
        assert queue is not None
        try:
            while queue and not self.refused:
                if self.transport.buffered > UNREAD_ANSWERS:
                    await self.transport.drained()
                await self.frame(queue[0])
                self.queued_bytes -= len(queue.popleft())
        except Exception:
            logger.exception("a frame ended its connection")
            self.transport.abort()
        finally:
            self.queue = self.working = None

    async def frame(self, text: str | bytes) -> None:
        try:
            documents = self.decode(text)
            for number, document in enumerate(documents if isinstance(documents, list) else (documents,), 1):
                if number % TURN == 0:
                    await asyncio.sleep(0)
                if self.refused:
                    return
                if self.connection is None:
                    await self.shake_hands(document)
                elif document.get("@class") == handshake.CONNECT_REQUEST:
                    self.write(handshake.connect_answer(self.connection.session))
                else:
                    await self.request(self.connection, document)
        except MalformedFrame as fault:
            self.answer_malformed(fault)

    def decode(self, text: str | bytes) -> Document | list[Document]:
        if self.secure is not None:
            text = self.secure.read(text)
        documents = decode_frame(text)
        if isinstance(documents, list):
            self.transport.charge(len(documents) - 1)
        return documents

    async def request(self, connection: Connection, document: Document) -> None:
        """Answer, follow a log-in, deliver: in this order, so that an answer comes before its messages."""
        session = connection.session
        run = Run()
        response = await dispatch(session, document, run)
        if response.later is not None:
            answer_later(connection, response.later)
        else:
            connection.send(response.encode())
        if session.player_id != connection.player_id and connection.state is not State.CLOSED:
            self.follow(connection)
        await run.flush()

    @staticmethod
    def follow(connection: Connection) -> None:
        """The request changed who is logged in."""
        if connection.session.player_id is None:
            connection.unbind()
        else:
            connection.bind(connection.session.player_id)

    def throttle(self, text: str | bytes) -> None:
        if self.transport.buffered > UNREAD_ANSWERS:  # it reads no answers and does not stop asking
            self.transport.abort()
            return
        try:
            documents = self.decode(text)
            throttled.inc("queue")
            for document in documents if isinstance(documents, list) else (documents,):
                self.write_bytes(refuse(document, {"request": "THROTTLED"}).encode())
        except MalformedFrame as fault:
            self.answer_malformed(fault)

    def answer_malformed(self, fault: MalformedFrame) -> None:
        if fault.code == "THROTTLED":
            throttled.inc("array")
        self.write_bytes(error_frame(fault.code))

    # --- the handshake ---------------------------------------------------------------------------------

    async def shake_hands(self, document: Document) -> None:
        if self.handshake is None or document.get("@class") != handshake.CONNECT_REQUEST:
            error = class_fault(name_of(document)) or {"authentication": "NOTAUTHORIZED"}
            self.write_bytes(refuse(document, error).encode())
            return
        try:
            session, answer = await self.handshake.complete(document)
        except (Refused, DatabaseError) as fault:
            error = fault.error if isinstance(fault, Refused) else {"server": "UNAVAILABLE"}
            address = self.handshake.address
            self.refuse(self.handshake.client, f"…/{address.credential}/{address.api_key}", error)
            return
        if not self.gone:
            self.stop_timer()
            metrics.handshakes.inc("accepted")
        self.write(answer)
        self.transport.admit(*frame_rate(session.rights))
        self.connection = connection = Connection(self.transport, session)
        session.connection = connection
        if self.secure is not None:
            self.secure.begin(self.handshake.config.credentials["device"].secret, session.session_id)
            connection.frame = self.secure.wrap
        self.handshake = None
        if self.gone:  # during the handshake: what it sent is done, but nobody is online
            connection.closed()
            return
        if session.portal_session:
            harness_sockets.watch(connection)
        if not session.rights.player and session.rights.listener:
            registry.add_listener(session.stage_id, connection)
        if session.player_id is not None:
            connection.bind(session.player_id)

    def refuse(self, client: str, path: str, error: dict[str, str]) -> None:
        """Answer now, close later; see messaging.refusals."""
        self.refused = True
        self.stop_timer()
        metrics.refused(error)
        self.write({"@class": handshake.CONNECT_RESPONSE, "error": error})
        delay = refusals.refuse(client, path, error)
        if admission.overfull(limited_as(client)):
            delay = 0
        if not self.gone:
            self.timer = asyncio.get_running_loop().call_later(delay, self.transport.close, CLOSE_CODE)

    def time_out(self) -> None:
        self.timer = None
        metrics.handshakes.inc("timed_out")
        self.transport.close(CLOSE_CODE)

    def stop_timer(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None

    def write(self, document: dict[str, Any]) -> None:
        self.write_bytes(msgspec.json.encode(document))

    def write_bytes(self, document: bytes) -> None:
        if self.connection is not None:
            self.connection.send(document)
        else:
            self.transport.write_text(document if self.secure is None else self.secure.shift(document))


player_socket = PlayerConsumer.as_asgi()
