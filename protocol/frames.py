"""Frames in: JSON text to documents that are safe to keep. Refusals: wire-protocol.md §10."""

from typing import Any, Literal

import msgspec

MAX_REQUEST = 256 * 1024
MAX_DEPTH = 64
MAX_BATCH = 100

FrameFault = Literal["MALFORMED", "TOO_LARGE", "THROTTLED"]
Document = dict[str, Any]

_decode = msgspec.json.Decoder().decode


class MalformedFrame(Exception):
    """The frame holds no request that could be answered; `error_frame(code)` is the answer."""

    def __init__(self, code: FrameFault) -> None:
        super().__init__(code)
        self.code: FrameFault = code


def decode_frame(text: str | bytes, limit: int = MAX_REQUEST) -> Document | list[Document]:
    """One request, or the 1 to 100 of a JSON array.

    Raises MalformedFrame: TOO_LARGE above `limit` bytes of UTF-8; THROTTLED for an array of more than 100;
    MALFORMED for broken JSON or UTF-8, lone surrogates, what is not an object, an empty array, a document
    nested deeper than 64 levels, and NUL in any key or string (PostgreSQL stores none).
    """
    if len(text) * 4 > limit and _size(text) > limit:
        raise MalformedFrame("TOO_LARGE")
    try:
        document = _decode(text)
    except (ValueError, RecursionError):  # msgspec refuses lone surrogates and raw control characters itself
        raise MalformedFrame("MALFORMED") from None
    if isinstance(document, list):
        documents = _batch(document)
    elif isinstance(document, dict):
        documents = [document]
    else:
        raise MalformedFrame("MALFORMED")
    if _is_suspicious(text) and not all(_is_sound(each) for each in documents):
        raise MalformedFrame("MALFORMED")
    return documents if isinstance(document, list) else document


def error_frame(code: FrameFault) -> bytes:
    return b'{"@class":".ErrorResponse","error":{"request":"%s"}}' % code.encode()


def _size(text: str | bytes) -> int:
    if isinstance(text, bytes) or text.isascii():
        return len(text)
    return len(text.encode("utf-8", "surrogatepass"))


def _batch(documents: list[Any]) -> list[Document]:
    if len(documents) > MAX_BATCH:
        raise MalformedFrame("THROTTLED")
    if not documents or not all(isinstance(each, dict) for each in documents):
        raise MalformedFrame("MALFORMED")
    return documents


def _is_suspicious(text: str | bytes) -> bool:
    """Whether the text could hold deep nesting or a NUL: counting is far cheaper than walking."""
    if isinstance(text, str):
        return "\\u0000" in text or text.count("{") + text.count("[") > MAX_DEPTH
    return b"\\u0000" in text or text.count(b"{") + text.count(b"[") > MAX_DEPTH


def _is_sound(document: Document) -> bool:
    """Walks level by level, so that no input can exhaust the stack."""
    level: list[Any] = [document]
    for _ in range(MAX_DEPTH):
        below: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                below.extend(value)
                below.extend(value.values())
            elif isinstance(value, list):
                below.extend(value)
        if any(isinstance(value, str) and "\0" in value for value in below):
            return False
        level = [value for value in below if isinstance(value, (dict, list))]
        if not level:
            return True
    return False
