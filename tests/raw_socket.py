"""A WebSocket as the C++ SDK speaks it, byte by byte (wire-protocol.md §1.8, §1.10), for WireClient.

It does what no well-behaved library does: the same key and mask every time, an `Authorization` header that is
no scheme, a close frame without a code; and it refuses what that SDK refuses: continuations, binary frames,
long header lines. It can also send any frame, keep pongs back and stop reading.
"""

import asyncio
import contextlib
import socket
import ssl
from typing import Self
from urllib.parse import urlsplit

from tests.wire_client import Closed, WireError

KEY = "x3JJHMbDL1EzLkh9GBhXDw=="
ACCEPT = "HSmrc0sMlYUkAGmm5OPpG2HaGWk="
AUTHORIZATION = "2aae6c35c94fcfb415dbe95f408b9ce91ee846ed"
MASK = bytes([0x12, 0x34, 0x56, 0x78])
LONGEST_HEADER = 254
TEXT, BINARY, CLOSE, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA


def frame(opcode: int, payload: bytes, fin: bool = True, mask: bytes = MASK) -> bytes:
    """A client's frame, masked."""
    size = len(payload)
    if size < 126:
        length = bytes([0x80 | size])
    elif size < 1 << 16:
        length = bytes([0x80 | 126]) + size.to_bytes(2, "big")
    else:
        length = bytes([0x80 | 127]) + size.to_bytes(8, "big")
    masked = bytes(byte ^ mask[index & 3] for index, byte in enumerate(payload)) if any(mask) else payload
    return bytes([(0x80 if fin else 0) | opcode]) + length + mask + masked


class RawSocket:
    """A tests.wire_client.Socket. `answers_pings` and `reading` may be changed at any time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.answers_pings = True
        self.pings: list[bytes] = []
        self.headers: dict[str, str] = {}
        self.reading = asyncio.Event()
        self.reading.set()

    @classmethod
    async def open(
        cls, url: str, receive_buffer: int = 0, tls: ssl.SSLContext | None = None, address: str = ""
    ) -> Self:
        """Connect and upgrade. `receive_buffer` bytes are the kernel's, to be a slow reader with.

        `tls` is what is trusted where the URL is wss. `address` is connected to instead of the URL's host.
        """
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 80
        raw = socket.socket()
        if receive_buffer:  # before connecting: the window is agreed on then
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        raw.setblocking(False)
        await asyncio.get_running_loop().sock_connect(raw, (address or host, port))
        reader, writer = await asyncio.open_connection(
            sock=raw, limit=receive_buffer or 2**16, ssl=tls, server_hostname=host if tls else None
        )
        made = cls(reader, writer)
        try:
            await made._upgrade(f"{parts.path}{f'?{parts.query}' if parts.query else ''}", f"{host}:{port}")
        except BaseException:
            writer.close()
            raise
        return made

    async def send(self, text: str) -> None:
        await self.send_bytes(frame(TEXT, text.encode()))

    async def send_bytes(self, data: bytes) -> None:
        """Anything, also what is no frame."""
        try:
            self.writer.write(data)
            await self.writer.drain()
        except OSError:
            raise Closed(1006) from None

    async def receive(self) -> str:
        while True:
            await self.reading.wait()
            opcode, payload = await self._next_frame()
            if opcode == TEXT:
                return payload.decode()
            if opcode == PING:
                self.pings.append(payload)
                if self.answers_pings:
                    await self.send_bytes(frame(PONG, payload))
            elif opcode == CLOSE:
                raise Closed(int.from_bytes(payload[:2], "big") if payload else 1005)
            elif opcode != PONG:
                raise WireError(f"a frame of opcode {opcode}, which the SDK takes for an error")

    async def close(self) -> None:
        """The SDK's close: a frame without a code, then the connection."""
        if not self.writer.is_closing():
            self.writer.write(frame(CLOSE, b"", mask=bytes(4)))
        if self.writer.get_extra_info("ssl_object") is None:
            self.writer.close()
        else:  # as the SDK, without TLS's own good-bye
            with contextlib.suppress(OSError):
                await self.writer.drain()
            self.abort()

    def abort(self) -> None:
        """A reset, as of a machine that is gone."""
        self.writer.transport.abort()

    async def _upgrade(self, target: str, host: str) -> None:
        request = (
            f"GET {target} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: 13\r\nAuthorization: {AUTHORIZATION}\r\n\r\n"
        )
        await self.send_bytes(request.encode())
        try:
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        except asyncio.IncompleteReadError as end:
            raise WireError(f"no answer to the upgrade: {end.partial!r}") from None
        status, *lines = head.rstrip("\r\n").split("\r\n")
        if not status.startswith("HTTP/1.1 101"):
            raise WireError(f"the upgrade was refused: {status}")
        if long := [line for line in (status, *lines) if len(line) > LONGEST_HEADER]:
            raise WireError(f"a header line longer than {LONGEST_HEADER}: {long[0]}")
        self.headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        if self.headers["sec-websocket-accept"] != ACCEPT:
            raise WireError(f"a wrong Sec-WebSocket-Accept: {self.headers}")

    async def _next_frame(self) -> tuple[int, bytes]:
        try:
            first, second = await self.reader.readexactly(2)
            size = second & 0x7F
            if size > 125:
                size = int.from_bytes(await self.reader.readexactly(2 if size == 126 else 8), "big")
            payload = await self.reader.readexactly(size)
        except (asyncio.IncompleteReadError, OSError):
            raise Closed(1006) from None
        if not first & 0x80 or first & 0x70 or second & 0x80:
            raise WireError(f"a fragment, a compressed or a masked frame: {first:#04x} {second:#04x}")
        return first & 0x0F, payload
