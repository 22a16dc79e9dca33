"""Requests over HTTP (wire-protocol.md, section 9): the same dispatch as over a socket.

`POST /rs/{apiKey}/{credential}/{secret}/{RequestName}` is the live stage, with `/preview` or `/live` in front
the named one. Without a key in the path the host gives both: `{apiKey}.{stage}.` or `{stage}-{apiKey}.`.
The class is the path's; the body is the request's JSON object, or empty.
"""

import hmac
import logging
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from games.config import CompiledCredential, GameConfig
from games.config_store import configs
from games.models import STAGES
from protocol.client_address import limited_as, request_address
from protocol.dispatch import dispatch
from protocol.frames import MAX_REQUEST, MalformedFrame, decode_frame, error_frame
from protocol.limiter import Limiter, Rate
from protocol.request import Response
from protocol.run import Run
from protocol.session import Session

logger = logging.getLogger("flint.rest")

UNKNOWN_KEY = b'{"@class":".ErrorResponse","error":{"apiKey":"UNKNOWN"}}'
NOT_PUBLISHED = b'{"@class":".ErrorResponse","error":{"stage":"NOT_PUBLISHED"}}'
WRONG_SECRET = b'{"@class":".ErrorResponse","error":{"secret":"INVALID"}}'
NOT_ALLOWED = b'{"@class":".ErrorResponse","error":{"@class":"NOT_ALLOWED"}}'
THROTTLED = b'{"@class":".ErrorResponse","error":{"request":"THROTTLED"}}'
UNAVAILABLE = b'{"@class":".ErrorResponse","error":{"server":"UNAVAILABLE"}}'

GUESSES = Rate(1, 50)  # keys and secrets that an address may be wrong about
_guesses = Limiter("rest_guesses")


class Refused(Exception):
    """The call does not reach the dispatch."""

    def __init__(self, status: int, body: bytes, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.body = body


@csrf_exempt
async def call(
    request: HttpRequest,
    credential: str,
    secret: str,
    name: str,
    api_key: str | None = None,
    stage: str = "live",
) -> HttpResponse:
    """200 with `error` in the body for a request's own errors; other statuses as section 10 says."""
    if api_key is None:
        api_key, stage = _from_host(request.get_host())
    address = request_address(request)
    if not _guesses.has_room(limited_as(address), GUESSES):
        return _answer(429, THROTTLED)
    try:
        config, found = await _sign_in(api_key, stage, credential, secret)
        document = {**_body(request), "@class": "." + name.removeprefix(".")}
    except Refused as refused:
        # Of an unknown address any part may be a secret that got into the wrong place.
        of = "" if refused.body == UNKNOWN_KEY else f" (game {api_key}, credential {credential})"
        logger.warning("REST call refused: %s%s", refused, of)
        if refused.body in (UNKNOWN_KEY, WRONG_SECRET):
            _guesses.take(limited_as(address), GUESSES)
        return _answer(refused.status, refused.body)
    session = Session(
        api_key=config.api_key,
        game_id=config.game_id,
        stage_id=config.stage_id,
        stage=config.stage,
        rights=found.rights,
        transport="rest",
        address=address,
    )
    run = Run()
    response = await dispatch(session, document, run)
    await _flush(run)
    return _answer(_status(response), response.encode())


@csrf_exempt
async def unknown(request: HttpRequest) -> HttpResponse:
    return _answer(404, UNKNOWN_KEY)


def _from_host(host: str) -> tuple[str, str]:
    """`k1.preview.example.com` and `preview-k1.example.com` → `k1`, `preview`; else an unknown key."""
    first, _, rest = host.lower().partition(".")
    second = rest.partition(".")[0]
    if second in STAGES:
        return first, second
    stage, _, api_key = first.partition("-")
    return (api_key, stage) if stage in STAGES else ("", "live")


async def _sign_in(
    api_key: str, stage: str, credential: str, secret: str
) -> tuple[GameConfig, CompiledCredential]:
    try:
        config = await configs.lookup(api_key, stage)
    except DatabaseError as error:
        raise Refused(503, UNAVAILABLE, f"the database is unavailable, {type(error).__name__}") from error
    found = config.credentials.get(credential) if config else None
    if config is None or found is None:
        raise Refused(404, UNKNOWN_KEY, "no such game or credential")
    if not hmac.compare_digest(found.secret.encode(), secret.encode()):
        raise Refused(401, WRONG_SECRET, "wrong secret")
    if found.rights.rest_policy == "forbidden":
        raise Refused(403, NOT_ALLOWED, "the credential's REST policy is forbidden")
    if not config.published:
        raise Refused(404, NOT_PUBLISHED, "the live stage is not published")
    return config, found


def _body(request: HttpRequest) -> dict[str, Any]:
    if request.method != "POST":
        raise Refused(405, error_frame("MALFORMED"), f"{request.method} instead of POST")
    try:
        body = request.body
        document = decode_frame(body) if body.strip() else {}
    except RequestDataTooBig as error:
        raise Refused(413, error_frame("TOO_LARGE"), f"a body over {MAX_REQUEST} bytes") from error
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


async def _flush(run: Run) -> None:
    try:
        await run.flush()
    except Exception:  # the answer stands; the worker delivers what was not
        logger.exception("Delivering after a REST call failed")


def _answer(status: int, body: bytes) -> HttpResponse:
    headers = {"Cache-Control": "no-store"} | ({"Retry-After": "1"} if status == 429 else {})
    return HttpResponse(body, status=status, content_type="application/json", headers=headers)
