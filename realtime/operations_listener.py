"""The listener of FLINT_METRICS_LISTEN: for what watches the process, away from everybody's port."""

import asyncio
import contextlib
import os
import socket
from collections.abc import Iterator

from django.conf import settings
from django.core.management.base import CommandError

from realtime.operations import Operations, metrics, nothing_else
from realtime.server import Server

_serving: "asyncio.Task[None] | None" = None
_server: "BesideServer | None" = None


class BesideServer(Server):
    """Ends when it is told to, not by signals: those are for the process's main server."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def start() -> None:
    global _serving, _server
    if not settings.METRICS_LISTEN:
        return
    listening = asyncio.Event()
    _server = BesideServer(Operations(nothing_else, metrics), listening.set)
    _serving = asyncio.create_task(_server.serve([_listen(settings.METRICS_LISTEN)]))
    await listening.wait()


async def stop() -> None:
    global _serving, _server
    if _server is not None and _serving is not None:
        _server.should_exit = _server.force_exit = True
        await _serving
    _serving = _server = None


def _listen(address: tuple[str, int]) -> socket.socket:
    """Children of one supervisor share the address: any of them answers for all.

    Raises CommandError, since a process that cannot be watched as it was told does not start.
    """
    host, port = address
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, reuse_port=bool(settings.METRICS_DIR))
    except OSError as error:
        why = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
        raise CommandError(f"FLINT_METRICS_LISTEN: {host}:{port}: {why}.") from None
