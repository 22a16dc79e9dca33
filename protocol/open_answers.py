"""Answers to HTTP calls from any web page, such as a game's: no cookie or password of ours comes with them,
and the only right to them is what the URL or the body holds."""

from collections.abc import Sequence
from typing import Any

import msgspec

Headers = Sequence[tuple[bytes, bytes]]

OPEN: Headers = [(b"access-control-allow-origin", b"*")]
PREFLIGHT: Headers = [
    *OPEN,
    (b"access-control-allow-methods", b"POST"),
    (b"access-control-allow-headers", b"*"),
]
_ALWAYS: Headers = [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]


async def answer(send: Any, status: int, body: bytes = b"", headers: Headers = OPEN) -> None:
    """`body` is JSON; none is none."""
    own = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))] if body else []
    await send({"type": "http.response.start", "status": status, "headers": [*own, *_ALWAYS, *headers]})
    await send({"type": "http.response.body", "body": body})


async def refuse(send: Any, status: int, field: str, code: str) -> None:
    """`{"error": {field: code}}`, as requests are refused."""
    again = [(b"retry-after", b"1")] if status in (429, 503) else []
    await answer(send, status, msgspec.json.encode({"error": {field: code}}), [*OPEN, *again])
