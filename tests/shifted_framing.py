"""The C# SDK's framing with a `secure` secret (wire-protocol.md §2.8), for WireClient."""

import json

from tests.wire_client import Framing, WireError, sign


class ShiftedFraming(Framing):
    """Every text reversed and shifted by ten per UTF-16 unit, from the nonce on, both ways.

    From the sessionId on, requests travel as `{"json", "hmac"}`, and frames that do not are dropped by
    the SDK: here they raise.
    """

    ascii_only = True

    def __init__(self, secret: str) -> None:
        self.secret, self.key = secret, ""

    def session_started(self, session_id: str) -> None:
        self.key = f"{self.secret}-{session_id}"

    def outgoing(self, text: str) -> str:
        if self.key:
            text = json.dumps({"json": text, "hmac": sign(self.key, text)})
        return shift(text, 10)

    def incoming(self, text: str) -> str:
        text = shift(text, -10)
        if not self.key:
            return text
        wrapped = json.loads(text)
        if set(wrapped) != {"json", "hmac"} or wrapped["hmac"] != sign(self.key, wrapped["json"]):
            raise WireError(f"a frame that the C# SDK drops: {text[:300]}")
        return str(wrapped["json"])


def shift(text: str, by: int) -> str:
    """Reverse the text and add `by` to each of its UTF-16 units."""
    units = memoryview(text.encode("utf-16-le", "surrogatepass")).cast("H")
    moved = b"".join(((unit + by) & 0xFFFF).to_bytes(2, "little") for unit in reversed(units))
    return moved.decode("utf-16-le", "surrogatepass")
