"""The socket that systemd listens on for sd_notify(3), in a test's hands."""

import asyncio
import socket
from pathlib import Path
from types import TracebackType
from typing import Self

PATIENCE = 90.0


class Notified:
    """`with Notified(folder) as systemd:` and NOTIFY_SOCKET=systemd.path for whoever is to speak."""

    def __init__(self, folder: Path) -> None:
        self.path = str(folder / "notify")
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(self.path)
        self._socket.settimeout(PATIENCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self._socket.close()

    def heard(self) -> dict[str, str]:
        """The next message, waited for."""
        lines = self._socket.recv(4096).decode().split("\n")
        return dict(line.split("=", 1) for line in lines)

    async def next(self) -> dict[str, str]:
        """The next message but those to the watchdog."""
        while (message := await asyncio.to_thread(self.heard)) == {"WATCHDOG": "1"}:
            pass
        return message
