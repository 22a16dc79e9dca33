"""Whether JSON of a script's can be stored and sent on: as large, deep and clean as a client's may be."""

from typing import Any

import msgspec

from cloudcode.sandbox.running import Refused
from protocol.frames import MalformedFrame, decode_frame

MOST_BYTES = 256 * 1024


def sound(document: dict[str, Any]) -> dict[str, Any]:
    """The document. Raises Refused."""
    try:
        decode_frame(msgspec.json.encode(document), MOST_BYTES)
    except MalformedFrame as fault:
        what = (
            f"larger than {MOST_BYTES // 1024} KB"
            if fault.code == "TOO_LARGE"
            else "nested too deep, or holds NUL"
        )
        raise Refused(f"the data is {what}") from None
    return document
