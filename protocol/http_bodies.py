"""Reads the body of an HTTP request, as ASGI hands it over, and no further than it may go."""

from collections.abc import AsyncIterator
from typing import Any


class Left(Exception):
    """The client went away before its request was there."""


class TooLarge(Exception):
    """The body has more bytes than it may have."""


async def pieces_of(receive: Any, most: int) -> AsyncIterator[bytes]:
    """`most` in bytes. Raises Left, and TooLarge at the first byte too many."""
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Left
        piece: bytes = message.get("body", b"")
        size += len(piece)
        if size > most:
            raise TooLarge
        if piece:
            yield piece
        more = message.get("more_body", False)


async def body_of(receive: Any, most: int) -> bytes:
    """The whole; otherwise as `pieces_of`."""
    return b"".join([piece async for piece in pieces_of(receive, most)])
