"""The process' one way out: its socket to the server."""

import socket

from cloudcode.sandbox.frames import HEADER, Kind, packed, unpacked

RECEIVE = 256 * 1024


class Gone(BaseException):
    """The server has closed the socket: there is nobody left to work for. No script can catch it."""


class Link:
    """Each frame is one write; one read takes whatever has come."""

    def __init__(self, link: socket.socket) -> None:
        self._socket = link
        self._received = b""

    def send(self, kind: Kind, payload: bytes) -> None:
        try:
            self._socket.sendall(packed(kind, payload))
        except OSError:
            raise Gone from None

    def receive(self) -> tuple[Kind, bytes]:
        while len(self._received) < HEADER.size:
            self._read()
        kind, length = unpacked(self._received[: HEADER.size])
        end = HEADER.size + length
        if len(self._received) < end:
            self._read_until(end)
        payload, self._received = self._received[HEADER.size : end], self._received[end:]
        return kind, payload

    def _read(self) -> None:
        self._received += self._part()

    def _read_until(self, end: int) -> None:
        parts = [self._received]
        missing = end - len(self._received)
        while missing > 0:
            parts.append(self._part())
            missing -= len(parts[-1])
        self._received = b"".join(parts)

    def _part(self) -> bytes:
        try:
            part = self._socket.recv(RECEIVE)
        except OSError:
            raise Gone from None
        if not part:
            raise Gone
        return part
