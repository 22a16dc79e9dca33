"""The server of a process: uvicorn with our protocols, an end within three seconds, no words but our own."""

import asyncio
import contextlib
import logging
import signal
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from types import FrameType
from typing import Any

import uvicorn
from django.conf import settings

from realtime import process, systemd, timeouts
from realtime.draining import DrainingState, seconds_for
from realtime.http import HttpProtocol
from realtime.listening import BACKLOG
from realtime.websocket import UvicornTransport


class Server(uvicorn.Server):
    """Serves an ASGI 3 application until SIGINT or SIGTERM; a second SIGINT drops everybody at once.

    `leave` ends it too, at the leisure of a server that successors have taken over from.
    No access log, since URLs hold secrets, and no proxy headers: protocol.client_address believes proxies.
    """

    def __init__(self, application: Any, on_listening: Callable[[], None] | None = None) -> None:
        self._on_listening = on_listening
        self._leaving = False
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
        self.server_state: DrainingState = DrainingState()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._on_listening is not None:
            self._on_listening()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        systemd.stopping()
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        self.server_state.drain.begin(self._drain_seconds())
        for connection in list(self.server_state.connections):
            connection.shutdown()
        await self._drained()
        for connection in list(self.server_state.connections):
            connection.abort()  # type: ignore[union-attr]
        if tasks := list(self.server_state.tasks):
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks, timeout=0.5)

    def leave(self) -> None:
        """Others accept by now: stop accepting, and send the clients to them at the rate that is set.

        Nothing happens to one that ends already: its time is set by then.
        """
        if not self.should_exit:
            self._leaving = self.should_exit = True

    def end(self) -> None:
        """End soon, also when it is leaving."""
        self._leaving, self.should_exit = False, True
        if self.server_state.drain.begun:
            self.server_state.drain.begin(timeouts.DRAIN)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self.should_exit and sig == signal.SIGINT and not self._leaving:
            self.force_exit = True
        self.end()

    def _drain_seconds(self) -> float:
        if not self._leaving:
            return timeouts.DRAIN
        clients = len(self.server_state.connections)
        return seconds_for(clients, settings.FLINT_DRAIN_PER_SECOND, settings.FLINT_DRAIN_SECONDS)

    async def _drained(self) -> None:
        """Until nobody is left, or the time for it is over. Not before a tick: some may just be coming in."""
        state, patience = self.server_state, timeouts.END - timeouts.DRAIN
        await state.drain.step()
        while (state.connections or state.tasks) and not self.force_exit:
            if state.drain.left < -patience:
                return
            await state.drain.step()

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
    server: Server,
    listeners: list[socket.socket],
    beside: Callable[[], Awaitable[None]] | None = None,
    shared_jobs: bool = True,
) -> None:
    """Run this process as a server, its worker included, until it is told to end.

    `beside` runs on the server's loop meanwhile, and is cancelled when the server ends. An error of its own
    ends the server and is raised here.
    """

    async def main() -> None:
        await process.start(shared_jobs)
        try:
            process.spare_the_collector()
            await (_serve_beside(server, listeners, beside) if beside else server.serve(listeners))
        finally:
            await process.stop()

    with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
        runner.run(main())


async def _serve_beside(
    server: Server, listeners: list[socket.socket], beside: Callable[[], Awaitable[None]]
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
        await server.serve(listeners)
    finally:
        task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
