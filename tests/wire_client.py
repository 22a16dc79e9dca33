"""A client of the wire protocol that shares no code with the server: standard library and websockets only.

    async with await WireClient.connect(server.url(), secret) as anna:
        await anna.register("anna")
        sent = await anna.request("SendFriendMessageRequest", friendIds=[bob.user_id], message="hello")
        frame = await anna.expect_message("FriendMessage")

Absence without sleeping: make something that must arrive later reach the client, and see what came before.

        before = await anna.messages_until(lambda frame: frame.get("extCode") == "MARKER")
"""

import asyncio
import base64
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Callable, Iterable
from typing import Any, Protocol, Self, TypeVar

import websockets
from websockets.asyncio.client import connect as open_websocket

Frame = dict[str, Any]
Matcher = Callable[[Frame], bool]
Found = TypeVar("Found")

TIMEOUT = 10.0
MAX_FRAME = 64 * 1024 * 1024
_clients = itertools.count(1)


class WireError(AssertionError):
    """The server did what no server of this protocol does, or did not do in time what was awaited."""


class Closed(WireError):
    """The socket is closed. `code` is the close code, 1006 when there was none."""

    def __init__(self, code: int) -> None:
        super().__init__(f"the socket was closed with {code}")
        self.code = code


class Socket(Protocol):
    """What a client speaks through: text frames in order. Both raise Closed at the end."""

    async def send(self, text: str) -> None: ...
    async def receive(self) -> str: ...
    async def close(self) -> None: ...


class WebSocket:
    """A websockets connection as a Socket. A binary frame is an error: most SDKs drop those."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    @classmethod
    async def open(cls, url: str, **options: Any) -> Self:
        """Options of websockets' `connect`; by default no compression and no pings, as the SDKs."""
        defaults = {"compression": None, "max_size": MAX_FRAME, "ping_interval": None, "proxy": None}
        return cls(await open_websocket(url, **{**defaults, **options}))

    async def send(self, text: str) -> None:
        try:
            await self.connection.send(text)
        except websockets.ConnectionClosed as end:
            raise Closed(end.rcvd.code if end.rcvd else 1006) from None

    async def receive(self) -> str:
        try:
            frame = await self.connection.recv()
        except websockets.ConnectionClosed as end:
            raise Closed(end.rcvd.code if end.rcvd else 1006) from None
        if not isinstance(frame, str):
            raise WireError(f"a binary frame: {frame!r}")
        return frame

    async def close(self) -> None:
        await self.connection.close()


class Framing:
    """How a JSON text travels: as it is. tests/shifted_framing.py has the C# SDK's other way."""

    ascii_only = False

    def outgoing(self, text: str) -> str:
        return text

    def incoming(self, text: str) -> str:
        return text

    def session_started(self, session_id: str) -> None:
        """Called with the sessionId, before any later frame is looked at."""


def sign(key: bytes | str, text: str) -> str:
    """Base64 of the HMAC-SHA256 of `text`."""
    key = key.encode() if isinstance(key, str) else key
    return base64.b64encode(hmac.digest(key, text.encode(), hashlib.sha256)).decode()


class WireClient:
    """One socket. `frames` holds every frame received, `texts` the same as they travelled.

    `responses` and `messages` are those that nobody has taken yet, oldest first.
    """

    def __init__(self, socket: Socket, framing: Framing | None = None) -> None:
        self.socket = socket
        self.framing = framing or Framing()
        self.frames: list[Frame] = []
        self.texts: list[str] = []
        self.responses: list[Frame] = []
        self.messages: list[Frame] = []
        self.nonce = self.session_id = self.auth_token = self.user_id = ""
        self.ended: WireError | None = None
        self._arrived = asyncio.Event()
        self._number, self._count = next(_clients), itertools.count(1)
        self._reader = asyncio.create_task(self._read())

    @classmethod
    async def open(cls, url: str, *, framing: Framing | None = None, **options: Any) -> Self:
        """The socket alone, the handshake not begun. Options are those of websockets' `connect`."""
        return cls(await WebSocket.open(url, **options), framing)

    @classmethod
    async def connect(cls, url: str, secret: str, *, framing: Framing | None = None, **fields: Any) -> Self:
        """Open and shake hands; `fields` go into the AuthenticatedConnectRequest."""
        client = await cls.open(url, framing=framing)
        try:
            answer = await client.handshake(secret, **fields)
            if "error" in answer:
                raise WireError(f"the handshake was refused: {answer['error']}")
        except BaseException:
            await client.close()
            raise
        return client

    async def handshake(self, secret: str, **fields: Any) -> Frame:
        """Sign the nonce, with fields such as authToken, sessionId, deviceId; the answer, maybe an error."""
        first = await self.next_response()
        self.nonce = first.get("nonce", "")
        if not self.nonce:
            return first
        await self.send(
            {"@class": ".AuthenticatedConnectRequest", "hmac": sign(secret, self.nonce), **fields}
        )
        return await self.next_response()

    async def register(self, user_name: str, password: str = "secret", display_name: str = "") -> Frame:
        names: Frame = {"userName": user_name, "displayName": display_name or user_name}
        return await self.request("RegistrationRequest", **names, password=password)

    async def log_in(self, user_name: str, password: str = "secret") -> Frame:
        return await self.request("AuthenticationRequest", userName=user_name, password=password)

    async def device_log_in(self, device_id: str, device_os: str = "IOS", **fields: Any) -> Frame:
        fields |= {"deviceId": device_id, "deviceOS": device_os}
        return await self.request("DeviceAuthenticationRequest", **fields)

    async def request(
        self, name: str, /, *, request_id: str = "", within: float = TIMEOUT, **fields: Any
    ) -> Frame:
        """Send a request and wait for its answer, whose `error` the caller looks at."""
        return await self.answer(await self.post(name, request_id=request_id, **fields), within)

    async def post(self, name: str, /, *, request_id: str = "", **fields: Any) -> str:
        """Send a request without waiting; its id, for `answer`."""
        request_id = request_id or self.new_id()
        await self.send({"@class": f".{name}", "requestId": request_id, **fields})
        return request_id

    async def post_array(self, requests: Iterable[tuple[str, Frame]]) -> list[str]:
        """Several requests, (name, fields), in one frame; their ids."""
        frames = [{"@class": f".{name}", "requestId": self.new_id(), **fields} for name, fields in requests]
        await self.send_text(json.dumps(frames))
        return [frame["requestId"] for frame in frames]

    async def answer(self, request_id: str, within: float = TIMEOUT) -> Frame:
        """Take the oldest answer to this id; each answer can be taken once."""
        return await self.next_response(lambda frame: frame.get("requestId") == request_id, within)

    def new_id(self) -> str:
        """In the SDKs' form, `<ms>_<n>`, and unlike that of any other client of this process."""
        return f"{time.time_ns() // 1_000_000}_{self._number}{next(self._count):06}"

    def durable_id(self) -> str:
        """An id that makes a request repeatable without being done twice."""
        return f"d_{self.new_id()}"

    async def send(self, frame: Frame) -> None:
        await self.send_text(json.dumps(frame, ensure_ascii=self.framing.ascii_only))

    async def send_text(self, text: str) -> None:
        await self.socket.send(self.framing.outgoing(text))

    async def keep_alive(self) -> None:
        """The SDKs' own keep-alive: one space, in no framing."""
        await self.socket.send(" ")

    async def next_response(self, where: Matcher = lambda _: True, within: float = TIMEOUT) -> Frame:
        """Take the oldest response, of those that match."""
        return await self._take(self.responses, where, within, "no such response")

    async def expect_message(
        self, name: str = "", /, *, where: Matcher = lambda _: True, within: float = TIMEOUT, **fields: Any
    ) -> Frame:
        """Take the oldest message of this class (no dot) with these fields; others stay."""

        def matches(frame: Frame) -> bool:
            named = not name or frame["@class"] == f".{name}"
            return named and where(frame) and all(frame.get(key) == value for key, value in fields.items())

        return await self._take(self.messages, matches, within, f"no {name or 'message'} with {fields}")

    async def messages_until(self, last: Matcher, within: float = TIMEOUT) -> list[Frame]:
        """Take all messages up to the first that `last` picks; return those before it."""
        marker = await self._take(self.messages, last, within, "no marker", keep=True)
        before = list(itertools.takewhile(lambda frame: frame is not marker, self.messages))
        del self.messages[: len(before) + 1]
        return before

    async def wait_closed(self, within: float = TIMEOUT) -> int:
        """Wait for the server to close; the close code."""
        ended = await self.wait(lambda: self.ended, within, "the socket was not closed")
        if isinstance(ended, Closed):
            return ended.code
        raise ended

    def text_of(self, frame: Frame) -> str:
        """A received frame exactly as it travelled (unshifted)."""
        return next(text for text, other in zip(self.texts, self.frames, strict=True) if other is frame)

    async def wait(
        self, find: Callable[[], Found | None], within: float = TIMEOUT, complaint: str = ""
    ) -> Found:
        """Look after each frame until `find` returns something; WireError when time or the socket ends."""
        try:
            async with asyncio.timeout(within):
                while (found := find()) is None:
                    if self.ended:
                        raise self.ended
                    await self._arrived.wait()
                    self._arrived.clear()
                return found
        except TimeoutError:
            last = "; ".join(text[:300] for text in self.texts[-5:]) or "nothing"
            raise WireError(f"{complaint} within {within} s; received last: {last}") from None

    async def close(self) -> None:
        """Close properly and wait for the end."""
        self._reader.cancel()
        await asyncio.gather(self._reader, return_exceptions=True)
        await self.socket.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _take(
        self, among: list[Frame], matches: Matcher, within: float, complaint: str, keep: bool = False
    ) -> Frame:
        found = await self.wait(lambda: next(filter(matches, among), None), within, complaint)
        if not keep:
            among[:] = [frame for frame in among if frame is not found]
        return found

    async def _read(self) -> None:
        try:
            while True:
                self._receive(self.framing.incoming(await self.socket.receive()))
        except WireError as end:
            self.ended = end
        except ValueError as fault:
            self.ended = WireError(f"a frame that is no JSON: {fault}")
        self._arrived.set()

    def _receive(self, text: str) -> None:
        frame = json.loads(text)
        if not isinstance(frame, dict) or not isinstance(frame.get("@class"), str):
            raise WireError(f"a frame without a class: {text[:300]}")
        self.texts.append(text)
        self.frames.append(frame)
        self.auth_token = frame.get("authToken", self.auth_token)
        is_response = frame["@class"].endswith("Response")
        if is_response:
            self.user_id = frame.get("userId", self.user_id)
        if frame["@class"] == ".AuthenticatedConnectResponse" and "sessionId" in frame:
            self.session_id = frame["sessionId"]
            self.framing.session_started(self.session_id)
        (self.responses if is_response else self.messages).append(frame)
        self._arrived.set()
