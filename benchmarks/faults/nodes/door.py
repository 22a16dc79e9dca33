"""A TCP proxy that can be shut, or left open without a word passing, while both sides live on."""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable

Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Door:
    """`address` is what stands behind it. `port` stays the same for good."""

    def __init__(self, host: str, port: int) -> None:
        self.address = (host, port)
        self.port = 0
        self.silenced = 0  # bytes that came while nothing passed
        self._passes = asyncio.Event()
        self._passes.set()
        self._listener: socket.socket | None = None
        self._ends: set[asyncio.StreamWriter] = set()
        self._serving: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        # asyncio's Server leaks whom it has accepted but not made a transport for when it is closed.
        self._listener = socket.create_server(("127.0.0.1", self.port), backlog=1024)
        self._listener.setblocking(False)
        self.port = self._listener.getsockname()[1]
        asyncio.get_running_loop().add_reader(self._listener, self._accept, self._listener)

    async def shut(self) -> None:
        """Refuse whoever comes, and cut whoever is in."""
        if self._listener is not None:
            asyncio.get_running_loop().remove_reader(self._listener)
            self._listener.close()
            self._listener = None
        self.forget()
        if self._serving:
            await asyncio.wait(self._serving, timeout=5)

    def silence(self) -> None:
        """A black hole: connections stay, nothing passes in either direction."""
        self.silenced = 0
        self._passes.clear()

    def forget(self) -> None:
        """The black hole ends as one does in a network: both ends of each connection are cut, and what was
        on its way is gone. New ones pass."""
        for end in list(self._ends):
            end.transport.abort()
        self._passes.set()

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(BlockingIOError, ConnectionError):
            accepted, _ = listener.accept()
            task = asyncio.create_task(self._serve(accepted))
            self._serving.add(task)
            task.add_done_callback(self._serving.discard)

    async def _serve(self, accepted: socket.socket) -> None:
        ends: list[asyncio.StreamWriter] = []
        try:
            reader, writer = await self._end(ends, asyncio.open_connection(sock=accepted))
            await self._passes.wait()
            opening = asyncio.open_connection(*self.address)
            other_reader, other_writer = await self._end(ends, opening)
            await asyncio.gather(self._pass(reader, other_writer), self._pass(other_reader, writer))
        except (OSError, asyncio.CancelledError):  # nobody behind; or the program ends
            pass
        finally:
            self._ends.difference_update(ends)
            for end in ends:
                end.transport.abort()

    async def _end(self, ends: list[asyncio.StreamWriter], opening: Awaitable[Ends]) -> Ends:
        reader, writer = await opening
        ends.append(writer)
        self._ends.add(writer)
        return reader, writer

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                if not self._passes.is_set():
                    self.silenced += len(data)
                    await self._passes.wait()
                writer.write(data)
                await writer.drain()
        writer.transport.abort()
