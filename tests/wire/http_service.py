"""A small HTTP server of a test's own, which scripts call: it remembers calls and answers by their path."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import unquote


@dataclass
class HttpService:
    """Answers `/status/404`, `/large`, `/gzip`, `/bomb`, `/to/URL`, `/307/URL` and `/loop`; `/held` once
    `released` is set (`came` tells of the call); anything else by `{"a": 1}`."""

    port: int = 0
    came: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)
    calls: list[tuple[str, str, dict[str, str], str]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            first, *lines = head.strip().split("\r\n")
            method, path, _ = first.split(" ", 2)
            headers = dict(line.split(": ", 1) for line in lines)
            body = await reader.readexactly(int(headers.get("Content-Length", 0)))
            self.calls.append(
                (method, path, {name.lower(): value for name, value in headers.items()}, body.decode())
            )
            await self._respond(path, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _respond(self, path: str, writer: asyncio.StreamWriter) -> None:
        _, kind, rest = f"{path}//".split("/", 2)
        rest = unquote(rest).rstrip("/")
        status, extra, body = 200, "", b'{"a": 1}'
        if kind == "status":
            status, body = int(rest), b"no JSON"
        elif kind in ("to", "307"):
            status, extra = (302 if kind == "to" else 307), f"Location: {rest}\r\n"
        elif kind == "loop":
            status, extra = 302, "Location: /loop\r\n"
        elif kind == "large":
            body = b"x" * (1024 * 1024 + 1)
        elif kind in ("gzip", "bomb"):
            extra = "Content-Encoding: gzip\r\n"
            body = gzip.compress(b'{"a": 2}' if kind == "gzip" else b"x" * 2_000_000)
        elif kind == "held":
            self.came.set()
            await self.released.wait()
        head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\nX-Two: 1\r\nX-Two: 2\r\n{extra}"
        writer.write(f"{head}Connection: close\r\n\r\n".encode() + body)
        await writer.drain()


@asynccontextmanager
async def http_service() -> AsyncIterator[HttpService]:
    service = HttpService()
    listening = await asyncio.start_server(service.answer, "127.0.0.1", 0)
    service.port = listening.sockets[0].getsockname()[1]
    try:
        yield service
    finally:
        service.released.set()
        listening.close()
