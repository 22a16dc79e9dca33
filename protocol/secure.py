"""Signatures and the framing of the C# SDK's secure mode (wire-protocol.md §2.2, §2.8, §10 "secure")."""

import base64
import hashlib
import hmac
import json
import re
from functools import lru_cache

import msgspec

from protocol.frames import MalformedFrame

_UP = bytes((code + 10) % 256 for code in range(256))
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


class _Envelope(msgspec.Struct):
    json: str
    hmac: str


_envelope = msgspec.json.Decoder(_Envelope)


def hmac_for(secret: str, nonce: str) -> str:
    """base64(HMAC-SHA256(key = secret, message = nonce)), padded."""
    digest = hmac.digest(secret.encode(), nonce.encode(), hashlib.sha256)
    return base64.b64encode(digest).decode()


def hmac_equal(secret: str, nonce: str, presented: object) -> bool:
    """Whether a client's hmac is right, in constant time; anything but a string is wrong."""
    if not isinstance(presented, str):
        return False
    return hmac.compare_digest(hmac_for(secret, nonce).encode(), presented.encode("utf-8", "replace"))


def harness_nonce(nonce: str, portal_session: str) -> str:
    """What the portal signs in a nonce's place for a socket that ends with that session of the portal's."""
    return f"{nonce} for portal session {portal_session}"


def escape_ascii(json_text: str) -> str:
    """The same JSON with every non-ASCII character as `\\uXXXX`: outside strings JSON has none."""
    if json_text.isascii():
        return json_text
    return _NOT_ASCII.sub(_escaped, json_text)


def _escaped(match: re.Match[str]) -> str:
    return _escape(match[0])


@lru_cache(maxsize=4096)
def _escape(char: str) -> str:
    return json.dumps(char)[1:-1]


def shift(json_text: str) -> str:
    """JSON text as the secure C# client reads it: every UTF-16 unit plus 10, in reverse order.

    Escaped to ASCII first: plus 10 would push surrogates out of their range and U+D7F6 upwards into it.
    """
    return escape_ascii(json_text).encode("ascii")[::-1].translate(_UP).decode("latin-1")


def unshift(text: str) -> str:
    """What a secure C# client sent. Units that do not pair up remain lone surrogates: no JSON has those.

    All units are lanes of one large number: a loop over 256 KB would hold up the event loop for 12 ms.
    Each lane's top bit is lent to the subtraction, so that none borrows from the next, and put right after.
    """
    reversed_lanes = text.encode("utf-16-be", "surrogatepass")
    count = len(reversed_lanes) // 2
    lanes = int.from_bytes(reversed_lanes, "big")
    top_bits = int.from_bytes(b"\x80\x00" * count, "big")
    tens = int.from_bytes(b"\x00\x0a" * count, "big")
    lowered = ((lanes | top_bits) - tens) ^ (~lanes & top_bits)
    return lowered.to_bytes(2 * count, "little").decode("utf-16-le", "surrogatepass")


def wrap(text: str, secret: str, session_id: str) -> str:
    """A frame for a secure client that knows its session: `{"json": text, "hmac": …}`, not yet shifted."""
    return msgspec.json.encode(_Envelope(text, hmac_for(f"{secret}-{session_id}", text))).decode()


def unwrap(text: str, secret: str, session_id: str) -> str:
    """The request text inside a secure client's frame. MalformedFrame for a wrong shape or signature."""
    try:
        envelope = _envelope.decode(text)
    except (ValueError, RecursionError):
        raise MalformedFrame("MALFORMED") from None
    if not hmac_equal(f"{secret}-{session_id}", envelope.json, envelope.hmac):
        raise MalformedFrame("MALFORMED")
    return envelope.json
