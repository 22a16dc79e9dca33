"""A TCP proxy in a thread of its own, for cutting what runs through it."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, Self

from bin.services import free_port

Pair = tuple[asyncio.StreamWriter, asyncio.StreamWriter]


class TcpProxy:
    """Forwards `port` to `target` on this machine until it is cut, or swallows what is sent."""

    def __init__(self, target: int) -> None:
        self.port = free_port()
        self._target = target
        self._cut = False
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._pairs: set[Pair] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._run(self._listen())
        return self

    def __exit__(self, *_: object) -> None:
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def cut(self) -> None:
        """Reset every connection, and every new one."""
        self._run(self._break_off())

    def swallow(self) -> None:
        """Connections stay open, and nothing gets through any more: a black hole."""
        self._loop.call_soon_threadsafe(self._flowing.clear)

    def heal(self) -> None:
        self._cut = False
        self._loop.call_soon_threadsafe(self._flowing.set)

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)

    async def _break_off(self) -> None:
        self._cut = True
        for pair in self._pairs:
            for writer in pair:
                writer.transport.abort()

    async def _close(self) -> None:
        self._server.close()
        await self._break_off()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if self._cut:
                raise ConnectionRefusedError
            there, back = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        pair = (writer, back)
        self._pairs.add(pair)
        try:
            await asyncio.gather(self._pump(reader, back), self._pump(there, writer))
        finally:
            self._pairs.discard(pair)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(64 * 1024):
                await self._flowing.wait()
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()
