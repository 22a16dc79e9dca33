"""APNs as a client sees it: HTTP/2 over TLS, a provider token, one stream a push."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import jwt
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import DataReceived, RequestReceived, StreamEnded, StreamReset
from h2.settings import SettingCodes, Settings
from hyperframe.frame import GoAwayFrame

from tests.push.fakes.authority import authority, p8_key, pem, public_pem

KEY_ID, TEAM_ID, TOPIC = "KEY1234567", "TEAM123456", "com.example.dice"


@dataclass
class Answer:
    """`reason` "" is a success. Of the rest: what a server may do instead of answering."""

    status: int = 200
    reason: str = ""
    timestamp: int | None = None
    stall: bool = False
    reset: ErrorCodes | None = None
    drop_connection: bool = False


@dataclass
class Push:
    token: str
    headers: dict[str, str]
    payload: dict[str, Any]


@dataclass
class ApnsServer:
    """`answers` by device token, else success. `pushes` holds every request that was read to its end.

    `streams` is the SETTINGS' MAX_CONCURRENT_STREAMS, `window` its initial window in bytes.
    """

    streams: int = 1000
    window: int = 65_535
    key_name: str = "team"
    reads_nothing: bool = False
    echoes_id: bool = True
    answers: dict[str, Answer] = field(default_factory=dict)
    pushes: list[Push] = field(default_factory=list)
    connections: list["_Connection"] = field(default_factory=list)
    connected: int = 0
    most_streams: int = 0
    provider_tokens: set[str] = field(default_factory=set)
    expired_tokens: set[str] = field(default_factory=set)
    decide: Callable[[Push], Answer] | None = None
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    async def __aenter__(self) -> "ApnsServer":
        context = authority().server_context()
        context.set_alpn_protocols(["h2"])
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self), "127.0.0.1", 0, ssl=context)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *exception: object) -> None:
        self._server.close()
        for connection in list(self.connections):
            connection.transport.abort()
        await self._server.wait_closed()

    @property
    def tokens(self) -> list[str]:
        return [push.token for push in self.pushes]

    def document(self, **changes: Any) -> dict[str, Any]:
        """An account document for this server."""
        credentials = {"p8": pem(p8_key("team")), "keyId": KEY_ID, "teamId": TEAM_ID, "topic": TOPIC}
        return {
            "credentials": credentials,
            "endpoint": f"https://127.0.0.1:{self.port}",
            "caBundle": authority().bundle,
        } | changes

    async def until(self, condition: Callable[[], bool]) -> None:
        """Looked at again whenever a push or a connection has come or gone."""
        async with asyncio.timeout(10):
            while not condition():
                self.moved.clear()
                await self.moved.wait()

    def answer_to(self, push: Push) -> Answer:
        refusal = self._check_credentials(push.headers)
        if refusal is not None:
            return refusal
        if self.decide is not None:
            return self.decide(push)
        return self.answers.get(push.token, Answer())

    def _check_credentials(self, headers: dict[str, str]) -> Answer | None:
        token = headers.get("authorization", "").removeprefix("bearer ")
        self.provider_tokens.add(token)
        if token in self.expired_tokens:
            return Answer(403, "ExpiredProviderToken")
        try:
            claims = jwt.decode(token, public_pem(p8_key(self.key_name)), algorithms=["ES256"])
        except jwt.InvalidTokenError:
            return Answer(403, "InvalidProviderToken")
        if claims["iss"] != TEAM_ID or jwt.get_unverified_header(token)["kid"] != KEY_ID:
            return Answer(403, "InvalidProviderToken")
        if headers.get("apns-topic") != TOPIC:
            return Answer(400, "BadTopic")
        return None


class _Connection(asyncio.Protocol):
    transport: asyncio.Transport

    def __init__(self, server: ApnsServer) -> None:
        self.server = server
        self.h2 = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        self.requests: dict[int, tuple[dict[str, str], bytearray]] = {}
        self.stalled: list[int] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.server.connections.append(self)
        self.server.connected += 1
        if self.server.reads_nothing:
            transport.pause_reading()
            return
        # Not by assignment: that would announce the new values only in a later SETTINGS frame.
        announced = {
            SettingCodes.MAX_CONCURRENT_STREAMS: self.server.streams,
            SettingCodes.INITIAL_WINDOW_SIZE: self.server.window,
        }
        self.h2.local_settings = Settings(client=False, initial_values=announced)
        self.h2.initiate_connection()
        self.flush()

    def connection_lost(self, exc: Exception | None) -> None:
        self.server.connections.remove(self)
        self.server.moved.set()

    def data_received(self, data: bytes) -> None:
        for event in self.h2.receive_data(data):
            if isinstance(event, RequestReceived):
                self.requests[event.stream_id] = (dict(event.headers), bytearray())
                self.server.most_streams = max(self.server.most_streams, len(self.requests))
            elif isinstance(event, DataReceived):
                self.requests[event.stream_id][1].extend(event.data)
                self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            elif isinstance(event, StreamEnded):
                self.respond(event.stream_id)
            elif isinstance(event, StreamReset):
                self.requests.pop(event.stream_id, None)
        self.flush()

    def respond(self, stream: int) -> None:
        headers, body = self.requests[stream]
        push = Push(headers[":path"].removeprefix("/3/device/"), headers, json.loads(body))
        self.server.pushes.append(push)
        self.server.moved.set()
        answer = self.server.answer_to(push)
        if answer.stall:
            self.stalled.append(stream)
        elif answer.drop_connection:
            self.transport.abort()
        elif answer.reset is not None:
            self.requests.pop(stream)
            self.h2.reset_stream(stream, answer.reset)
        else:
            self.answer(stream, answer)

    def answer(self, stream: int, answer: Answer) -> None:
        headers, _ = self.requests.pop(stream)
        lines = [(":status", str(answer.status))]
        if self.server.echoes_id:
            lines.append(("apns-id", headers["apns-id"]))
        self.h2.send_headers(stream, lines, end_stream=not answer.reason)
        if answer.reason:
            body: dict[str, Any] = {"reason": answer.reason}
            if answer.timestamp is not None:
                body["timestamp"] = answer.timestamp
            self.h2.send_data(stream, json.dumps(body).encode(), end_stream=True)

    def answer_stalled(self) -> None:
        for stream in self.stalled:
            if stream in self.requests:
                self.answer(stream, Answer())
        self.stalled.clear()
        self.flush()

    def goaway(self, last_stream: int) -> None:
        """The raw frame, so that answers can follow it: h2 would close its own side."""
        frame = GoAwayFrame(0, last_stream_id=last_stream, additional_data=b'{"reason":"Shutdown"}')
        self.transport.write(frame.serialize())

    def flush(self) -> None:
        if data := self.h2.data_to_send():
            self.transport.write(data)
