"""What travels between the server and a sandbox process: a kind, a length, JSON. Standard library alone."""

import struct
from enum import Enum

HEADER = struct.Struct(">cI")
LONGEST = 8 * 1024 * 1024  # bytes of a frame; whoever sends a longer one is not listened to any more


class Kind(Enum):
    """Of the server's: RUN, CHECK, REPLY. Of the process': READY, CALL, LOG, DONE.

    While a process waits for the REPLY to its CALL it may be given another RUN, which it ends first: a
    request that a script sends runs that request's scripts inside the same process.
    """

    RUN = b"r"
    CHECK = b"k"
    REPLY = b"a"
    READY = b"y"
    CALL = b"c"
    LOG = b"l"
    DONE = b"d"


class BadFrame(Exception):
    """Not a frame, or too long a one."""


def packed(kind: Kind, payload: bytes) -> bytes:
    return HEADER.pack(kind.value, len(payload)) + payload


def unpacked(header: bytes) -> tuple[Kind, int]:
    """Kind and length of the payload that follows. Raises BadFrame."""
    value, length = HEADER.unpack(header)
    if length > LONGEST:
        raise BadFrame(f"{length} bytes")
    try:
        return Kind(value), length
    except ValueError:
        raise BadFrame(repr(value)) from None
