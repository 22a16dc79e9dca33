"""Requests over HTTP (wire-protocol.md, section 9): the same dispatch as over a socket.

An ASGI application in front of Django, whose middleware takes thirty times as long as such a request, and
whose error pages and logs show the URL, which holds a secret. The class is the path's; the body is the
request's JSON object, or empty.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from django.db import Error as DatabaseError

from games import credential_use
from games.config import CompiledCredential, GameConfig
from games.config_store import configs
from games.rest_address import RestAddress, is_rest, parse_rest_address
from protocol.base_url import base_url
from protocol.client_address import client_address, limited_as
from protocol.dispatch import dispatch
from protocol.frames import MAX_REQUEST, Document, MalformedFrame, decode_frame, error_frame
from protocol.http_bodies import Left, TooLarge, body_of
from protocol.limiter import Limiter, Rate
from protocol.request import Response
from protocol.run import Run
from protocol.session import Session

logger = logging.getLogger("flint.rest")

Application = Callable[[Any, Any, Any], Awaitable[None]]

UNKNOWN_KEY = b'{"@class":".ErrorResponse","error":{"apiKey":"UNKNOWN"}}'
NOT_PUBLISHED = b'{"@class":".ErrorResponse","error":{"stage":"NOT_PUBLISHED"}}'
WRONG_SECRET = b'{"@class":".ErrorResponse","error":{"secret":"INVALID"}}'
NOT_ALLOWED = b'{"@class":".ErrorResponse","error":{"@class":"NOT_ALLOWED"}}'
THROTTLED = b'{"@class":".ErrorResponse","error":{"request":"THROTTLED"}}'
FAILED = b'{"@class":".ErrorResponse","error":{"server":"FAILED"}}'
UNAVAILABLE = b'{"@class":".ErrorResponse","error":{"server":"UNAVAILABLE"}}'

GUESSES = Rate(1, 50)  # keys and secrets that an address may be wrong about
guesses = Limiter("rest_guesses")  # of callbacks too


HEADERS = [
    (b"content-type", b"application/json"),
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
]


class Refused(Exception):
    """The call does not reach the dispatch."""

    def __init__(self, status: int, body: bytes, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.body = body


class RestCalls:
    """Answers REST calls, and what was meant as one, and hands every other request to `application`."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or not is_rest(scope["path"]):
            await self._application(scope, receive, send)
            return
        try:
            status, body = await _answer(scope, receive)
        except Left:
            return
        except Exception:
            logger.exception("A REST call failed")
            status, body = 500, FAILED
        length = [(b"content-length", b"%d" % len(body))]
        again = [(b"retry-after", b"1")] if status == 429 else []
        await send({"type": "http.response.start", "status": status, "headers": HEADERS + length + again})
        await send({"type": "http.response.body", "body": body if scope["method"] != "HEAD" else b""})


async def _answer(scope: Any, receive: Any) -> tuple[int, bytes]:
    """200 with `error` in the body for a request's own errors; other statuses as section 10 says."""
    client = client_address(scope)
    if not guesses.has_room(limited_as(client), GUESSES):
        return 429, THROTTLED
    host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
    address = parse_rest_address(scope["path"], host)
    if address is None:
        return 404, UNKNOWN_KEY
    try:
        config, found = await _sign_in(address)
        document = {**await _document(scope, receive), "@class": f".{address.name}"}
    except Refused as refused:
        # Of an unknown address any part may be a secret that got into the wrong place.
        of = (
            ""
            if refused.body == UNKNOWN_KEY
            else f" (game {address.api_key}, credential {address.credential})"
        )
        logger.warning("REST call refused: %s%s", refused, of)
        if refused.body in (UNKNOWN_KEY, WRONG_SECRET):
            guesses.take(limited_as(client), GUESSES)
        return refused.status, refused.body
    return await _dispatched(_session(config, found, client, base_url(scope)), document)


def _session(config: GameConfig, credential: CompiledCredential, client: str, base: str) -> Session:
    return Session(
        api_key=config.api_key,
        game_id=config.game_id,
        stage_id=config.stage_id,
        stage=config.stage,
        rights=credential.rights,
        transport="rest",
        address=client,
        base_url=base,
    )


async def _dispatched(session: Session, document: Document) -> tuple[int, bytes]:
    run = Run()
    response = await dispatch(session, document, run)
    try:
        await run.flush()
    except Exception:  # the answer stands; the worker delivers what was not
        logger.exception("Delivering after a REST call failed")
    if response.later is not None:
        response = await response.later()
    return _status(response), response.encode()


async def _sign_in(address: RestAddress) -> tuple[GameConfig, CompiledCredential]:
    try:
        config = await configs.lookup(address.api_key, address.stage)
    except DatabaseError as error:
        raise Refused(503, UNAVAILABLE, f"the database is unavailable, {type(error).__name__}") from error
    found = config.credentials.get(address.credential) if config else None
    if config is None or found is None:
        raise Refused(404, UNKNOWN_KEY, "no such game or credential")
    if not found.is_secret(address.secret):
        raise Refused(401, WRONG_SECRET, "wrong secret")
    if found.rights.rest_policy == "forbidden":
        raise Refused(403, NOT_ALLOWED, "the credential's REST policy is forbidden")
    if not config.published:
        raise Refused(404, NOT_PUBLISHED, "the live stage is not published")
    credential_use.note(config.game_id, found.rights.short_code)
    return config, found


async def _document(scope: Any, receive: Any) -> Document:
    if scope["method"] != "POST":
        raise Refused(405, error_frame("MALFORMED"), f"{scope['method']} instead of POST")
    try:
        body = await body_of(receive, MAX_REQUEST)
        document = decode_frame(body) if body.strip() else {}
    except TooLarge as error:
        why = f"a body over {MAX_REQUEST} bytes"
        raise Refused(413, error_frame("TOO_LARGE"), why) from error
    except MalformedFrame as error:
        raise Refused(
            413 if error.code == "TOO_LARGE" else 400, error_frame(error.code), error.code
        ) from error
    if isinstance(document, list):
        raise Refused(400, error_frame("MALFORMED"), "an array instead of one request")
    return document


def _status(response: Response) -> int:
    error = response.body.get("error") or {}
    if error.get("@class") == "NOT_ALLOWED":
        return 403
    return 429 if error.get("request") == "THROTTLED" else 200
