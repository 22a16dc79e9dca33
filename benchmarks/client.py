"""A client fast enough not to be what is measured: raw asyncio, frames read by hand, zero masks.

Speaks the handshake with a token, answers pings, hands every text frame to `on_text`.
"""

import asyncio
import base64
import hmac
import json
import struct
from collections.abc import Callable, Sequence
from typing import Any, cast

ZERO_MASK = b"\0\0\0\0"
UPGRADE = (
    "GET {path} HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
TEXT, PING, PONG = 1, 9, 10


def text_frame(payload: bytes) -> bytes:
    return _frame(TEXT, payload)


def _frame(opcode: int, payload: bytes) -> bytes:
    size = len(payload)
    if size < 126:
        return bytes((0x80 | opcode, 0x80 | size)) + ZERO_MASK + payload
    if size < 65536:
        return bytes((0x80 | opcode, 0x80 | 126)) + struct.pack("!H", size) + ZERO_MASK + payload
    return bytes((0x80 | opcode, 0x80 | 127)) + struct.pack("!Q", size) + ZERO_MASK + payload


class BenchClient(asyncio.Protocol):
    """`ready` is done with the session's connect response."""

    def __init__(
        self, path: str, secret: str, token: str, on_text: Callable[["BenchClient", bytes], None]
    ) -> None:
        self.path, self.secret, self.token, self.on_text = path, secret.encode(), token, on_text
        self.ready: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self.player_id = ""
        self.answers_pings = True
        self._held = b""
        self._upgraded = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(UPGRADE.format(path=self.path).encode())

    def connection_lost(self, error: Exception | None) -> None:
        if not self.ready.done():
            self.ready.set_exception(error or ConnectionError("closed before the session"))

    def send(self, text: str) -> None:
        self.transport.write(text_frame(text.encode()))

    def data_received(self, data: bytes) -> None:
        data = self._held + data
        if not self._upgraded:
            head, found, data = data.partition(b"\r\n\r\n")
            if not found:
                self._held = head
                return
            self._upgraded = True
        at, end = 0, len(data)
        while end - at >= 2:
            opcode, size, start = data[at] & 15, data[at + 1] & 127, at + 2
            if size == 126:
                size, start = int.from_bytes(data[at + 2 : at + 4]), at + 4
            elif size == 127:
                size, start = int.from_bytes(data[at + 2 : at + 10]), at + 10
            if end < start + size:
                break
            self._take(opcode, data[start : start + size])
            at = start + size
        self._held = data[at:]

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == PING:
            if self.answers_pings:
                self.transport.write(_frame(PONG, payload))
        elif opcode == TEXT and self.ready.done():
            self.on_text(self, payload)
        elif opcode == TEXT:
            self._shake_hands(json.loads(payload))

    def _shake_hands(self, document: dict[str, Any]) -> None:
        if "nonce" in document:
            digest = hmac.digest(self.secret, document["nonce"].encode(), "sha256")
            signed = {"@class": ".AuthenticatedConnectRequest", "hmac": base64.b64encode(digest).decode()}
            self.send(json.dumps({**signed, "authToken": self.token} if self.token else signed))
        elif "sessionId" in document:
            self.player_id = document.get("userId", "")
            self.ready.set_result(document)
        else:
            self.ready.set_exception(ConnectionError(str(document)))


async def connect(
    port: int,
    path: str,
    secret: str,
    tokens: Sequence[str],
    on_text: Callable[[BenchClient, bytes], None],
    at_once: int = 100,
) -> list[BenchClient]:
    """One authenticated connection a token, `at_once` of them at a time."""
    loop = asyncio.get_running_loop()

    async def one(token: str) -> BenchClient:
        _, client = await loop.create_connection(
            lambda: BenchClient(path, secret, token, on_text), "127.0.0.1", port
        )
        await asyncio.wait_for(client.ready, 30)
        return client

    clients: list[BenchClient] = []
    for start in range(0, len(tokens), at_once):
        clients += await asyncio.gather(*[one(token) for token in tokens[start : start + at_once]])
    return clients
