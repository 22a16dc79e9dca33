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
from protocol.http_bodies import Left, TooLarge, body_of
from protocol.limiter import Limiter, Rate
from protocol.open_answers import OPEN, PREFLIGHT, answer, refuse
from push.receipt_tokens import Forged
from push.receipts import TooLate, opened
from realtime import database, process

logger = logging.getLogger("flint.push")

Application = Callable[[Any, Any, Any], Awaitable[None]]

PATH = "/push/opened"
MOST_BYTES = 2048
CALLS = Rate(20, 400)  # of an address


class _Call(msgspec.Struct):
    token: str


class Refused(Exception):
    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


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
            await refuse(send, refused.status, "token", refused.code)
        else:
            await answer(send, 204, headers=PREFLIGHT if scope["method"] == "OPTIONS" else OPEN)


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
    try:
        return msgspec.json.decode(await body_of(receive, MOST_BYTES), type=_Call).token
    except TooLarge as error:
        raise Refused(413, "TOO_LARGE") from error
    except msgspec.DecodeError as error:
        raise Refused(400, "MALFORMED") from error
