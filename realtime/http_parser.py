"""What of HTTP is read at all: h11, with limits, and without what two servers could read differently."""

from typing import Any

import h11

LARGEST_HEAD = 64 * 1024  # bytes, the request line included
LONGEST_LINE = 8 * 1024  # of the request line
MOST_HEADERS = 100
LARGEST_BODY = 4 * 1024 * 1024  # Django reads a body into memory or a file before any view may refuse it


class Parser(h11.Connection):
    """The server's half of a connection. `status` answers the fault that `next_event` raised.

    A head is judged before it is parsed: thousands of headers would hold the loop up.
    """

    def __init__(self) -> None:
        super().__init__(h11.SERVER, LARGEST_HEAD)
        self.status = 400
        self._body = 0

    def next_event(self) -> Any:
        try:
            if self.their_state is h11.IDLE:
                _judge_head(self.trailing_data[0])
            event = super().next_event()
            if isinstance(event, h11.Request):
                self._body = 0
                _judge_framing(event)
            elif isinstance(event, h11.Data):
                self._body += len(event.data)
                _judge_size(self._body)
        except h11.RemoteProtocolError as fault:
            self.status = fault.error_status_hint
            raise
        return event


def _judge_head(held: bytes) -> None:
    """`held` is what has come of it, and perhaps of what follows."""
    end = held.find(b"\r\n\r\n", 0, LARGEST_HEAD)
    if end < 0 and len(held) >= LARGEST_HEAD:
        raise h11.RemoteProtocolError("the head is too large", 431)
    if len(held) >= LONGEST_LINE and held.find(b"\n", 0, LONGEST_LINE) < 0:
        raise h11.RemoteProtocolError("the request line is too long", 414)
    if end >= 0 and held.count(b"\n", 0, end) > MOST_HEADERS:
        raise h11.RemoteProtocolError("too many headers", 431)


def _judge_framing(request: h11.Request) -> None:
    """A proxy in front may choose otherwise where the head says twice where the body ends (RFC 9112 §6.3)."""
    lengths = [int(value) for name, value in request.headers if name == b"content-length"]
    encoded = any(name == b"transfer-encoding" for name, _ in request.headers)
    if encoded and (lengths or request.http_version != b"1.1"):
        raise h11.RemoteProtocolError("the body's end is ambiguous", 400)
    if request.method == b"CONNECT":
        raise h11.RemoteProtocolError("no tunnels here", 405)
    _judge_size(sum(lengths))


def _judge_size(body: int) -> None:
    if body > LARGEST_BODY:
        raise h11.RemoteProtocolError("the body is too large", 413)
