"""RFC 6455 frames as a server reads and writes them, without I/O.

Our own instead of websockets' `ServerProtocol`, which holds memory on every idle socket and steps through a
chain of generators for each frame. Its C function for masking is used.
"""

import struct

try:
    from websockets.speedups import apply_mask
except ImportError:  # a platform without the compiled part
    from websockets.utils import apply_mask

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
_FIN, _RESERVED, _MASKED = 0x80, 0x70, 0x80

PROTOCOL_ERROR, NOT_UTF8, POLICY, TOO_BIG = 1002, 1007, 1008, 1009

Message = tuple[int, str | bytes]  # TEXT with str, everything else with bytes; never CONTINUATION


def text_frame(payload: bytes) -> bytes:
    return frame(TEXT, payload)


def frame(opcode: int, payload: bytes) -> bytes:
    """One final, unmasked frame."""
    size = len(payload)
    if size < 126:
        return b"%c%c%b" % (_FIN | opcode, size, payload)
    if size < 65536:
        return struct.pack("!BBH", _FIN | opcode, 126, size) + payload
    return struct.pack("!BBQ", _FIN | opcode, 127, size) + payload


def close_payload(code: int, reason: str = "") -> bytes:
    """At most 125 bytes; code 1005 means none, and travels as nothing."""
    if code == 1005:
        return b""
    return struct.pack("!H", code) + reason.encode()[:123].decode(errors="ignore").encode()


class Fault(Exception):
    """What the peer sent breaks the protocol; `code` is the close code that says how."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class FrameReader:
    """Turns received bytes into messages. After a fault it reads nothing more.

    `feed` returns messages that `data` completed, in order. It reads `AT_ONCE` frames at most: while
    `behind`, the caller lets others have their turn, then feeds nothing to go on. `frames` is how many were
    read; `fault` is set if what followed is wrong. `limit`, the largest message in bytes, may change.
    """

    AT_ONCE = 64

    __slots__ = ("_held", "_left", "_needed", "_opcode", "_parts", "fault", "frames", "limit")

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.fault: Fault | None = None
        self.frames = 0
        self._left: tuple[bytes, int] | None = None  # what was received, and where its unread part starts
        self._held: bytearray | None = None  # an incomplete frame
        self._needed = 0  # bytes of `_held` without which reading on is pointless
        self._parts: bytearray | None = None  # of a fragmented message
        self._opcode = 0

    @property
    def behind(self) -> bool:
        return self._left is not None

    @property
    def unfinished(self) -> bool:
        """Whether a fragmented message waits for its end."""
        return self._parts is not None

    def feed(self, data: bytes) -> list[Message]:
        messages: list[Message] = []
        self.frames = start = 0
        if self.fault is not None:
            return messages
        if self._left is not None:
            (left, at), self._left = self._left, None
            data, start = (left[at:] + data, 0) if data else (left, at)
        elif self._held is not None:
            self._held += data
            if len(self._held) < self._needed:
                return messages
            data, self._held = bytes(self._held), None
        try:
            rest = self._read(data, start, messages)
        except Fault as fault:
            self.fault = fault
            self._parts = None
            return messages
        if rest < len(data):
            self._held = bytearray(data[rest:]) if rest else bytearray(data)
        return messages

    def _read(self, data: bytes, start: int, messages: list[Message]) -> int:
        """Where the first incomplete frame starts."""
        end = len(data)
        while end - start >= 2:
            if self.frames == self.AT_ONCE:
                self._left = (data, start)
                return end
            first, second = data[start], data[start + 1]
            self._check(first, second)
            size, body = second & 0x7F, start + 6
            if size == 126:
                size, body = int.from_bytes(data[start + 2 : start + 4]), start + 8
            elif size == 127:
                size, body = int.from_bytes(data[start + 2 : start + 10]), start + 14
            if end < body:
                self._needed = body - start
                return start
            if first & 0x0F <= BINARY and size + len(self._parts or b"") > self.limit:
                raise Fault(TOO_BIG, f"a message is at most {self.limit} bytes")
            if end < body + size:
                self._needed = body + size - start
                return start
            self._take(first, apply_mask(data[body : body + size], data[body - 4 : body]), messages)
            self.frames += 1
            start = body + size
        self._needed = 2
        return start

    def _check(self, first: int, second: int) -> None:
        opcode = first & 0x0F
        if first & _RESERVED:
            raise Fault(PROTOCOL_ERROR, "reserved bits must be 0")
        if not second & _MASKED:
            raise Fault(PROTOCOL_ERROR, "frames of a client must be masked")
        if opcode <= BINARY:
            if (opcode == CONTINUATION) == (self._parts is None):
                raise Fault(PROTOCOL_ERROR, "a fragmented message is out of order")
        elif opcode not in (CLOSE, PING, PONG):
            raise Fault(PROTOCOL_ERROR, "unknown opcode")
        elif not first & _FIN or second & 0x7F > 125:
            raise Fault(PROTOCOL_ERROR, "a control frame is one frame of at most 125 bytes")

    def _take(self, first: int, payload: bytes, messages: list[Message]) -> None:
        opcode = first & 0x0F
        if opcode > BINARY:
            messages.append((opcode, payload))
            return
        if self._parts is not None:
            self._parts += payload
        elif not first & _FIN:
            self._parts, self._opcode = bytearray(payload), opcode
        if first & _FIN:
            if self._parts is not None:
                opcode, payload = self._opcode, bytes(self._parts)
                self._parts = None
            messages.append((opcode, _text(payload) if opcode == TEXT else payload))


def _text(payload: bytes) -> str:
    try:
        return payload.decode()
    except UnicodeDecodeError:
        raise Fault(NOT_UTF8, "text must be UTF-8") from None


def read_close(payload: bytes) -> tuple[int, str]:
    """The code and reason of a close frame; 1005 when it has none. Raises Fault."""
    if not payload:
        return 1005, ""
    code = int.from_bytes(payload[:2])
    if len(payload) < 2 or not (1000 <= code < 1015 or 3000 <= code < 5000) or code in (1004, 1005, 1006):
        raise Fault(PROTOCOL_ERROR, "no such close code")
    return code, _text(payload[2:])
