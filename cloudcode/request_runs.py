"""The order of one request with scripts (cloud-code.md §3): request, event, processing, response."""

from collections.abc import Iterator
from typing import Any

import msgspec

from cloudcode import locks
from cloudcode.bindings import RequestScripts
from cloudcode.budget import Budget
from cloudcode.host import Caller, Kept, client_budget, run_script
from cloudcode.sandbox.process import SandboxProcess
from cloudcode.sandbox.running import Script
from games.config import GameConfig
from protocol.errors import RequestError
from protocol.refusal import refuse
from protocol.registry import find
from protocol.request import Next, Request, Response
from protocol.schemas.convert import convert
from realtime import database


async def answer(
    request: Request,
    next: Next,
    config: GameConfig,
    bound: RequestScripts,
    budget: Budget,
    inside: SandboxProcess | None = None,
) -> Response:
    """Raises RequestError for what no script sees: a request that is not valid."""
    _validate(request)
    kept = Kept()
    caller = Caller(config, request.run, budget, request.player_id, request.session, inside)
    for script in _before(request, bound):
        await run_script(script, caller, _seen(request), kept)
        if kept.errors:
            return refuse(request.raw, kept.errors, _script_data(kept))
    response = await _process(request, next)
    if response.later is None:
        return await _finish(request, response, bound, caller, kept)
    later = response.later

    async def finished() -> Response:
        found = await later()
        if inside is not None:
            return await _finish(request, found, bound, caller, kept)
        async with locks.released(client_budget()) as own:  # the wait was no script's
            caller.budget = own
            return await _finish(request, found, bound, caller, kept)

    return Response(response.body, response.encoded, finished)


def _validate(request: Request) -> None:
    handler = find(request.name)
    if handler is None or not handler.supported:
        raise RequestError({"@class": "NOT_SUPPORTED"})
    convert(handler.schema, request.raw)


def _before(request: Request, bound: RequestScripts) -> Iterator[Script]:
    if bound.before is not None:
        yield bound.before
    if event := bound.event(request.raw):
        yield event


def _seen(request: Request) -> dict[str, Any]:
    """The request as it came; a challenge's id under both of its names (§2)."""
    raw = request.raw
    challenge_id = raw.get("challengeInstanceId")
    if challenge_id is None or "challengeId" in raw or request.name != "LogChallengeEventRequest":
        return raw
    return {**raw, "challengeId": challenge_id}


async def _process(request: Request, next: Next) -> Response:
    try:
        return await next(request)
    except RequestError as refused:
        request.run.unwritten.clear()
        return refuse(request.raw, refused.fields, refused.extra)


async def _finish(
    request: Request, response: Response, bound: RequestScripts, caller: Caller, kept: Kept
) -> Response:
    body = response.body or msgspec.json.decode(response.encode())
    if kept.script_data:
        body = {**body, "scriptData": {**body.get("scriptData", {}), **kept.script_data}}
    if bound.after is not None:
        body = await _after(request, body, bound.after, caller)
    if body == response.body:
        return response
    final = Response(body)
    if request.guard is not None and not response.failed:
        # Its first form was stored with the work, so that whatever happens in between it is done once.
        await database.run(request.guard.store, final)
    return final


async def _after(request: Request, body: dict[str, Any], script: Script, caller: Caller) -> dict[str, Any]:
    """The response's own script. What the processing refused stays refused, whatever the script removes."""
    caller.player_id = _player_of(request, body)
    own_error = body.get("error") or {}
    kept = Kept(dict(body.get("scriptData") or {}), dict(own_error))
    await run_script(script, caller, body, kept)
    changed = {name: value for name, value in body.items() if name not in ("scriptData", "error")}
    error = {**own_error, **kept.errors}
    return changed | _script_data(kept) | ({"error": error} if error else {})


def _player_of(request: Request, body: dict[str, Any]) -> str | None:
    """The sender, or who has just logged in."""
    handler = find(request.name)
    if handler is not None and handler.login:
        return None if "error" in body else body.get("userId")
    return request.player_id or request.session.player_id


def _script_data(kept: Kept) -> dict[str, Any]:
    return {"scriptData": kept.script_data} if kept.script_data else {}
