"""The server of a process: uvicorn with our protocols, an end within three seconds, no words but our own."""

import asyncio
import contextlib
import gc
import logging
import signal
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import uvicorn

from realtime import process, timeouts
from realtime.http import HttpProtocol
from realtime.websocket import UvicornTransport

BACKLOG = 2048


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises OSError: the address is taken, or not this machine's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=BACKLOG)


class Server(uvicorn.Server):
    """Serves an ASGI 3 application until SIGINT or SIGTERM; a second SIGINT drops everybody at once.

    No access log, since URLs hold secrets, and no proxy headers: protocol.client_address believes proxies.
    """

    def __init__(self, application: Any, on_listening: Callable[[], None] | None = None) -> None:
        self._on_listening = on_listening
        super().__init__(
            uvicorn.Config(
                application,
                http=HttpProtocol,
                ws=UvicornTransport,
                interface="asgi3",
                lifespan="off",
                log_config=None,
                log_level=logging.ERROR,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                backlog=BACKLOG,
            )
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._on_listening is not None:
            self._on_listening()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        await self._drained()
        for connection in list(self.server_state.connections):
            connection.abort()  # type: ignore[union-attr]
        if tasks := list(self.server_state.tasks):
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks, timeout=0.5)

    async def _drained(self) -> None:
        """Until nobody is left, or the time for it is over."""
        state, deadline = self.server_state, asyncio.get_running_loop().time() + timeouts.END
        while (state.connections or state.tasks) and not self.force_exit:
            if asyncio.get_running_loop().time() > deadline:
                return
            await asyncio.sleep(0.02)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """As uvicorn's, but an orderly end is a success: the signal is not raised again."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        signals = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, self.handle_exit) for number in signals}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def serve(
    application: Any,
    listener: socket.socket,
    on_listening: Callable[[], None],
    beside: Callable[[], Awaitable[None]] | None = None,
    shared_jobs: bool = True,
) -> None:
    """Run this process as a server, its worker included, until it is told to end.

    `beside` runs on the server's loop meanwhile, and is cancelled when the server ends. An error of its own
    ends the server and is raised here.
    """
    server = Server(application, on_listening)

    async def main() -> None:
        await process.start(shared_jobs)
        try:
            _spare_the_collector()
            await (_serve_beside(server, listener, beside) if beside else server.serve([listener]))
        finally:
            await process.stop()

    with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
        runner.run(main())


async def _serve_beside(
    server: Server, listener: socket.socket, beside: Callable[[], Awaitable[None]]
) -> None:
    async def accompany() -> None:
        try:
            await beside()
        except Exception:
            if not server.should_exit:  # what breaks because the server ends is nobody's fault
                server.should_exit = True
                raise

    task = asyncio.create_task(accompany())
    try:
        await server.serve([listener])
    finally:
        task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


def _spare_the_collector() -> None:
    """What is loaded by now stays: keep it out of every collection, and collect less often.

    Over the objects of 10,000 sockets a full collection stops the loop for tens of milliseconds.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
