"""The process' one way out: its socket to the server."""

import select
import socket

from cloudcode.sandbox.frames import HEADER, Kind, packed, unpacked


class Gone(BaseException):
    """The server has closed the socket: there is nobody left to work for. No script can catch it."""


class Link:
    def __init__(self, link: socket.socket) -> None:
        self._socket = link

    def send(self, kind: Kind, payload: bytes) -> None:
        try:
            self._socket.sendall(packed(kind, payload))
        except OSError:
            raise Gone from None

    def receive(self) -> tuple[Kind, bytes]:
        kind, length = unpacked(self._exactly(HEADER.size))
        return kind, self._exactly(length)

    def is_idle(self) -> bool:
        """Whether nothing has arrived yet."""
        readable, _, _ = select.select([self._socket], [], [], 0)
        return not readable

    def _exactly(self, count: int) -> bytes:
        parts = []
        while count:
            try:
                part = self._socket.recv(min(count, 1024 * 1024))
            except OSError:
                raise Gone from None
            if not part:
                raise Gone
            parts.append(part)
            count -= len(part)
        return b"".join(parts)
