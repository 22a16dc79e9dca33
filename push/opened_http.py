"""`POST /push/opened` with `{"token": …}`: an app tells that its player opened a push, signed in or not.

An ASGI application in front of Django's pages, as devices call it under whatever host name the game uses and
the only right to it is the token itself.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from django.db import Error as DatabaseError

from protocol.client_address import client_address, limited_as
from protocol.limiter import Limiter, Rate
from push.receipt_tokens import Forged
from push.receipts import TooLate, opened
from realtime import database, process

logger = logging.getLogger("flint.push")

Application = Callable[[Any, Any, Any], Awaitable[None]]

PATH = "/push/opened"
MOST_BYTES = 2048
CALLS = Rate(20, 400)  # of an address
# Service workers call from the game's own pages, with no cookie or password of ours.
OPEN = [(b"access-control-allow-origin", b"*")]
PREFLIGHT = [*OPEN, (b"access-control-allow-methods", b"POST"), (b"access-control-allow-headers", b"*")]


class _Call(msgspec.Struct):
    token: str


class Refused(Exception):
    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


class Left(Exception):
    """The client went away before its call was there."""


class Openings:
    """Answers 204 for a token of ours, also for one that came before; hands on what is for others."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._called = Limiter("push_opened")

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["path"] != PATH:
            await self._application(scope, receive, send)
            return
        try:
            if not self._called.take(limited_as(client_address(scope)), CALLS):
                raise Refused(429, "THROTTLED")
            await _opened(scope, receive)
        except Left:
            return
        except Refused as refused:
            await _answer(send, refused.status, refused.code)
        else:
            await _send(send, 204, b"", PREFLIGHT if scope["method"] == "OPTIONS" else OPEN)


async def _opened(scope: Any, receive: Any) -> None:
    """Raises Refused, Left."""
    if scope["method"] == "OPTIONS":
        return
    if scope["method"] != "POST":
        raise Refused(405, "METHOD_NOT_ALLOWED")
    token = await _token(receive)
    await process.ensure_started()
    try:
        await database.run(opened, token)
    except Forged as error:
        raise Refused(403, "INVALID") from error
    except TooLate as error:
        raise Refused(410, "EXPIRED") from error
    except DatabaseError as error:
        logger.exception("An opened push was not counted")
        raise Refused(503, "UNAVAILABLE") from error


async def _token(receive: Any) -> str:
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Left
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > MOST_BYTES:
            raise Refused(413, "TOO_LARGE")
    try:
        return msgspec.json.decode(body, type=_Call).token
    except msgspec.DecodeError as error:
        raise Refused(400, "MALFORMED") from error


async def _answer(send: Any, status: int, code: str) -> None:
    again = [(b"retry-after", b"1")] if status in (429, 503) else []
    await _send(send, status, msgspec.json.encode({"error": {"token": code}}), OPEN + again)


async def _send(send: Any, status: int, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    own = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))] if body else []
    always = [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]
    await send({"type": "http.response.start", "status": status, "headers": own + always + headers})
    await send({"type": "http.response.body", "body": body})
