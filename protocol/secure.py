"""Signatures and the framing of the C# SDK's secure mode (wire-protocol.md §2.2, §2.8, §10 "secure")."""

import base64
import hashlib
import hmac
from array import array

import msgspec

from protocol.frames import MalformedFrame

_SHIFT = 10
_UP = bytes((code + _SHIFT) % 256 for code in range(256))
_DOWN = bytes((code - _SHIFT) % 256 for code in range(256))


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


def escape_ascii(json_text: str) -> str:
    """The same JSON with every non-ASCII character as `\\uXXXX`: outside strings JSON has none."""
    if json_text.isascii():
        return json_text
    return "".join(char if char < "\x80" else _escaped(char) for char in json_text)


def _escaped(char: str) -> str:
    units = array("H", char.encode("utf-16-le"))
    return "".join(f"\\u{unit:04x}" for unit in units)


def shift(json_text: str) -> str:
    """JSON text as the secure C# client reads it: every UTF-16 unit plus 10, in reverse order.

    Escaped to ASCII first: plus 10 would push surrogates out of their range and U+D7F6 upwards into it.
    """
    units = escape_ascii(json_text).encode("ascii")
    return units[::-1].translate(_UP).decode("latin-1")


def unshift(text: str) -> str:
    """What a secure C# client sent. Units that do not pair up remain lone surrogates: no JSON has those."""
    try:
        units = text.encode("latin-1")
    except UnicodeEncodeError:
        return _unshift_wide(text)
    if units and min(units) < _SHIFT:
        return _unshift_wide(text)
    return units[::-1].translate(_DOWN).decode("latin-1")


def _unshift_wide(text: str) -> str:
    units = array("H", text.encode("utf-16-le", "surrogatepass"))
    units.reverse()
    shifted = array("H", ((unit - _SHIFT) & 0xFFFF for unit in units))
    return shifted.tobytes().decode("utf-16-le", "surrogatepass")


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
