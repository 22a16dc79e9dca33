"""A TCP proxy that can be shut, or left open without a word passing, while both sides live on."""

import asyncio
import contextlib


class Door:
    """`address` is what stands behind it. `port` stays the same for good."""

    def __init__(self, host: str, port: int) -> None:
        self.address = (host, port)
        self.port = 0
        self.silenced = 0  # bytes that came while nothing passed
        self._passes = asyncio.Event()
        self._passes.set()
        self._server: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()
        self._serving: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def shut(self) -> None:
        """Refuse whoever comes, and cut whoever is in."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for end in list(self._ends):
            end.transport.abort()
        self._passes.set()
        if self._serving:
            await asyncio.wait(self._serving, timeout=5)

    def silence(self) -> None:
        """A black hole: connections stay, nothing passes in either direction."""
        self.silenced = 0
        self._passes.clear()

    def let_pass(self) -> None:
        """What was sent meanwhile passes now."""
        self._passes.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)
        try:
            await self._passes.wait()
            other_reader, other_writer = await asyncio.open_connection(*self.address)
        except OSError:
            writer.transport.abort()
            return
        ends = {writer, other_writer}
        self._ends |= ends
        try:
            await asyncio.gather(self._pass(reader, other_writer), self._pass(other_reader, writer))
        except asyncio.CancelledError:  # the program ends; asyncio's streams would print each
            pass
        finally:
            self._ends -= ends
            for end in ends:
                end.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                if not self._passes.is_set():
                    self.silenced += len(data)
                    await self._passes.wait()
                writer.write(data)
                await writer.drain()
        writer.transport.abort()
