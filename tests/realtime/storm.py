"""Clients that come at a steady rate and, as the JS SDK does, give up for good after one failed connect."""

import asyncio
import ssl
from functools import partial
from types import TracebackType
from typing import Self

from tests.raw_socket import RawSocket
from tests.realtime.supervised import Supervised, until
from tests.wire_client import Closed, WireError

SERVICE_RESTART = 1012
ANSWER_SECONDS = 20.0


class Storm:
    """`async with Storm(url, 100) as storm:` so many a second come, are told something, stay a while and go.

    A client that is sent back by a restart comes again. Every other end of its connection is a loss.
    """

    def __init__(
        self,
        url: str,
        per_second: float,
        stay: float = 1.5,
        tls: ssl.SSLContext | None = None,
        address: str = "",
    ) -> None:
        """`tls` and `address` as RawSocket.open takes them."""
        self.connects = 0
        self.sent_back = 0
        self.lost: list[str] = []
        self._open = partial(RawSocket.open, url, tls=tls, address=address)
        self._pause = 1 / per_second
        self._stay = stay
        self._clients: set[asyncio.Task[None]] = set()
        self._coming: asyncio.Task[None]

    async def __aenter__(self) -> Self:
        self._coming = asyncio.create_task(self._come())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: object, trace: TracebackType | None
    ) -> None:
        self._coming.cancel()
        await asyncio.wait(self._clients)

    async def through_reloads(self, flint: Supervised, count: int) -> None:
        """Each version serves a hundred connects before the next one comes."""
        for version in range(count):
            flint.install(f"VERSION = {version}")
            await flint.reload()
            before = self.connects
            await until(lambda before=before: self.connects >= before + 100)

    async def _come(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            task = asyncio.create_task(self._client())
            self._clients.add(task)
            task.add_done_callback(self._clients.discard)
            due += self._pause
            await asyncio.sleep(max(0.0, due - loop.time()))

    async def _client(self) -> None:
        try:
            while await self._is_sent_back():
                self.sent_back += 1
        except (OSError, WireError, EOFError, TimeoutError) as loss:
            self.lost.append(repr(loss))

    async def _is_sent_back(self) -> bool:
        """Connect and stay. False when the client left of its own accord."""
        async with asyncio.timeout(ANSWER_SECONDS):
            socket = await self._open()
            self.connects += 1
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await socket.receive()
            async with asyncio.timeout(self._stay):
                await socket.receive()
        except Closed as closed:
            if closed.code == SERVICE_RESTART:
                return True
            raise
        except TimeoutError:
            return False
        finally:
            await socket.close()
        raise WireError("more than one text")
