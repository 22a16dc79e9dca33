"""Takes GOAWAY frames out of a byte stream of HTTP/2 frames.

h2 closes its own state machine at a GOAWAY and then refuses the answers that are still owed to the streams
at or below its last id, so it must not see the frame.
"""

from typing import NamedTuple

HEADER = 9
GOAWAY = 0x7


class GoAway(NamedTuple):
    last_stream: int
    code: int
    debug: str


class GoAwayFilter:
    """`feed` gives the complete frames of what has arrived without the GOAWAYs, and the GOAWAYs."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> tuple[bytes, list[GoAway]]:
        buffer = self._rest + data if self._rest else data
        kept: list[bytes] = []
        found: list[GoAway] = []
        start = at = 0
        while len(buffer) - at >= HEADER:
            end = at + HEADER + int.from_bytes(buffer[at : at + 3], "big")
            if end > len(buffer):
                break
            if buffer[at + 3] == GOAWAY:
                kept.append(buffer[start:at])
                found.append(_read(buffer[at + HEADER : end]))
                start = end
            at = end
        kept.append(buffer[start:at])
        self._rest = buffer[at:]
        return b"".join(kept), found


def _read(body: bytes) -> GoAway:
    last = int.from_bytes(body[:4], "big") & 0x7FFFFFFF
    return GoAway(last, int.from_bytes(body[4:8], "big"), body[8:].decode("utf-8", "replace")[:200])
