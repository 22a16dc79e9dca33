"""Callbacks over HTTP: other services call a script by a URL that holds a credential's secret.

An ASGI application in front of Django, as REST calls are (games/rest.py).
"""

import logging
from typing import Any

import msgspec
from django.conf import settings
from django.db import Error as DatabaseError

from cloudcode import locks
from cloudcode.callback_address import CallbackAddress, is_callback, parse_callback_address
from cloudcode.callback_parameters import Malformed, read
from cloudcode.host import NO_BINDINGS, Caller, Kept, message_budget, run_script
from cloudcode.operations.sound import sound
from cloudcode.sandbox.running import Refused as Unsound
from cloudcode.sandbox.running import Script
from games import credential_use, rest
from games.config import GameConfig
from games.config_store import configs
from players.batchers import PlayerKey, find_player
from protocol.client_address import client_address, limited_as
from protocol.frames import MAX_REQUEST, error_frame
from protocol.http_bodies import Left, TooLarge, body_of
from protocol.limiter import Limiter, Rate
from protocol.run import Run
from realtime import database, process

logger = logging.getLogger("flint.scripts")

SERVER = "server"  # the credential of the old form
DEFAULT_SCRIPT = "GS_CALLBACK_URL"
RAW = "RESPONSE_RAW"
METHODS = ("GET", "HEAD", "POST", "PUT")
NO_SCRIPT = b'{"@class":".ErrorResponse","error":{"script":"NOT_FOUND"}}'

JSON_TYPE, TEXT_TYPE = b"application/json", b"text/plain; charset=utf-8"

_of_credential = Limiter("callbacks")


class Callbacks:
    """Answers callbacks, and what was meant as one, and hands every other call to `application`."""

    def __init__(self, application: rest.Application) -> None:
        self._application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or not is_callback(scope["path"]):
            await self._application(scope, receive, send)
            return
        try:
            status, body, kind = await _answer(scope, receive)
        except Left:
            return
        except Exception:
            logger.exception("A callback failed")
            status, body, kind = 500, rest.FAILED, JSON_TYPE
        headers = [(b"content-type", kind), (b"content-length", b"%d" % len(body)), *rest.HEADERS[1:]]
        again = [(b"retry-after", b"1")] if status == 429 else []
        await send({"type": "http.response.start", "status": status, "headers": headers + again})
        await send({"type": "http.response.body", "body": body if scope["method"] != "HEAD" else b""})


async def _answer(scope: Any, receive: Any) -> tuple[int, bytes, bytes]:
    """Status, body and its type: 200 for whatever the script does, also when it fails."""
    client = limited_as(client_address(scope))
    if not rest.guesses.has_room(client, rest.GUESSES):
        return 429, rest.THROTTLED, JSON_TYPE
    await process.ensure_started()
    host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
    address = parse_callback_address(scope["path"], host)
    try:
        if address is None:
            raise rest.Refused(404, rest.UNKNOWN_KEY, "no such address")
        config, code, player_id = await _sign_in(address)
        script = _script(config, code)
        data = await _data(scope, receive)
    except rest.Refused as refused:
        logger.warning("callback refused: %s", refused)
        if refused.body in (rest.UNKNOWN_KEY, rest.WRONG_SECRET):
            rest.guesses.take(client, rest.GUESSES)
        return refused.status, refused.body, JSON_TYPE
    return await _run(config, script, data, player_id)


async def _run(
    config: GameConfig, script: Script, data: dict[str, Any], player_id: str
) -> tuple[int, bytes, bytes]:
    found = await find_player(PlayerKey(config.stage_id, player_id)) if player_id else None
    kept = Kept()
    async with locks.released(message_budget()) as budget:
        caller = Caller(config, Run(), budget, player_id if found else None)
        await run_script(script, caller, data, kept)
    try:
        await caller.run.flush()
    except Exception:  # the answer stands; the worker delivers what was not
        logger.exception("Delivering after a callback failed")
    if kept.errors:
        return 200, msgspec.json.encode({"error": kept.errors}), JSON_TYPE
    raw = kept.script_data.get(RAW)
    if raw is None:
        return 200, msgspec.json.encode(kept.script_data), JSON_TYPE
    return 200, raw.encode() if isinstance(raw, str) else msgspec.json.encode(raw), TEXT_TYPE


async def _sign_in(address: CallbackAddress) -> tuple[GameConfig, str, str]:
    """The game, the credential's short code, and the player's id or "". Raises rest.Refused."""
    try:
        config = await configs.lookup(address.api_key, address.stage)
    except DatabaseError as error:
        why = f"the database is unavailable, {type(error).__name__}"
        raise rest.Refused(503, rest.UNAVAILABLE, why) from error
    if config is None:
        raise rest.Refused(404, rest.UNKNOWN_KEY, "no such game")
    code, secret, player_id = _named(config, address)
    credential = config.credentials.get(code)
    if credential is None or not credential.is_secret(secret):
        raise rest.Refused(401, rest.WRONG_SECRET, f"wrong secret (game {config.api_key})")
    if code != SERVER and not credential.rights.callback:
        raise rest.Refused(403, rest.NOT_ALLOWED, f"the credential {code} is for no callbacks")
    if not config.published:
        raise rest.Refused(404, rest.NOT_PUBLISHED, "the live stage is not published")
    rate = settings.FLINT_LIMIT_SERVER_REQUESTS_PER_SECOND
    if not _of_credential.take(f"{config.stage_id}:{code}", Rate(rate, max(rate, 1))):
        raise rest.Refused(429, rest.THROTTLED, f"too many of credential {code}")
    credential_use.note(config.game_id, code)
    return config, code, player_id


def _named(config: GameConfig, address: CallbackAddress) -> tuple[str, str, str]:
    """Credential, secret and player: where the first part names no credential, it is the old form."""
    if address.first in config.credentials and address.second:
        return address.first, address.second, address.third
    return SERVER, address.first, address.second if not address.third else ""


def _script(config: GameConfig, code: str) -> Script:
    """The credential's own, or the one of all callbacks."""
    bindings = config.sections.get("scripts", NO_BINDINGS)
    script: Script | None = bindings.callbacks.get(code) or bindings.system.get(DEFAULT_SCRIPT)
    if script is None:
        raise rest.Refused(404, NO_SCRIPT, f"no script for callbacks of credential {code}")
    return script


async def _data(scope: Any, receive: Any) -> dict[str, Any]:
    if scope["method"] not in METHODS:
        raise rest.Refused(405, error_frame("MALFORMED"), f"{scope['method']} instead of GET or POST")
    kind = dict(scope["headers"]).get(b"content-type", b"").decode("latin-1")
    try:
        body = await body_of(receive, MAX_REQUEST)
        query = scope["query_string"].decode("latin-1")
        return sound(await database.run_on_files(read, query, body, kind))
    except TooLarge as error:
        raise rest.Refused(413, error_frame("TOO_LARGE"), f"a body over {MAX_REQUEST} bytes") from error
    except (Malformed, Unsound) as error:
        raise rest.Refused(400, error_frame("MALFORMED"), "parameters that cannot be read") from error
