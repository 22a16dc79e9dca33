"""Requests that scripts send, as the player they run for or as another (cloud-code.md §6)."""

import dataclasses
import logging
import re
from typing import TYPE_CHECKING, Any

import msgspec
from django.conf import settings
from django.utils.module_loading import import_string

from cloudcode.budget import DEEPEST
from cloudcode.operations.registry import Arguments, operation
from cloudcode.operations.sound import sound
from players.batchers import PlayerKey, find_player
from protocol.catalogue import CATALOGUE
from protocol.errors import RequestError
from protocol.handling import handle_with
from protocol.refusal import class_fault, name_of, refuse
from protocol.registry import find
from protocol.request import Next, Request, Response
from protocol.session import Rights, Session

if TYPE_CHECKING:
    from cloudcode.host import ScriptHost

logger = logging.getLogger("flint.scripts")

RIGHTS = Rights("script", player=False, listener=False)
_MILLISECONDS = re.compile(r"(?<=:\d\d)\.\d+(?=Z$)")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


class Sending(msgspec.Struct, rename="camel", frozen=True):
    """`player_id` None: the player the script runs for."""

    document: dict[str, Any]
    player_id: str | None
    runs_scripts: bool
    at: tuple[str, int | None]


class Send(Arguments, frozen=True):
    sending: Sending


@operation("request.send", Send)
async def send(host: "ScriptHost", asked: Send) -> dict[str, Any]:
    """The response's document; what went wrong is its `error`. Nothing of it is sent to a client."""
    host.caller.budget.take_request()
    document = {name: value for name, value in asked.sending.document.items() if name != "requestId"}
    try:
        response = await _answer(host, sound(document), asked.sending)
    except RequestError as refused:
        response = refuse(document, refused.fields, refused.extra)
    except Exception:
        logger.exception("%s of %s failed", name_of(document), host.script.name)
        response = refuse(document, {"server": "FAILED"})
    if response.later is not None:
        response = await response.later()
    return response.body or msgspec.json.decode(response.encode())


async def _answer(host: "ScriptHost", document: dict[str, Any], asked: Sending) -> Response:
    name = name_of(document)
    if fault := class_fault(name):
        raise RequestError(fault)
    handler = find(name)
    if handler is None or handler.admin_only:
        raise RequestError({"@class": "NOT_ALLOWED"})
    player_id = host.player_id if asked.player_id is None else asked.player_id
    player_name = ""
    if player_id is not None:
        found = await find_player(PlayerKey(host.stage_id, player_id))
        if found is None:
            raise RequestError({"playerId": "INVALID"})
        player_name = found.display_name
    elif handler.player:
        raise RequestError({"player": "REQUIRED"})
    request = Request(
        name=name,
        raw=fitted(name, document),
        session=_session(host),
        run=host.caller.run,
        player_id=player_id,
        player_name=player_name,
    )
    handle = handle_with(import_string(settings.FLINT_RUN_SYNC))
    return await (_with_scripts(host, request, handle) if asked.runs_scripts else handle(request))


async def _with_scripts(host: "ScriptHost", request: Request, handle: Next) -> Response:
    from cloudcode.request_runs import answer  # which runs scripts, which send requests

    caller, bound = host.caller, host.caller.bindings.requests.get(request.name)
    if bound is None:
        return await handle(request)
    if caller.budget.depth >= DEEPEST:
        raise RequestError({"script": "RECURSION"})
    caller.budget.depth += 1
    try:
        return await answer(request, handle, caller.config, bound, caller.budget, host.process)
    finally:
        caller.budget.depth -= 1


def _session(host: "ScriptHost") -> Session:
    """One that is thrown away: whoever logs in by it is logged in nowhere."""
    config, session = host.caller.config, host.caller.session
    if session is not None:
        return dataclasses.replace(session, rights=RIGHTS, connection=None)
    return Session(
        api_key=config.api_key,
        game_id=config.game_id,
        stage_id=config.stage_id,
        stage=config.stage,
        rights=RIGHTS,
        transport="rest",
    )


def fitted(name: str, document: dict[str, Any]) -> dict[str, Any]:
    """Numbers that are texts of numbers, and dates with milliseconds, as scripts give them (§6)."""
    fields = CATALOGUE[name].request
    return {
        key: _fitted(fields[key].type, value) if key in fields else value for key, value in document.items()
    }


def _fitted(kind: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if kind == "number" and _NUMBER.fullmatch(value):
        return float(value) if "." in value else int(value)
    return _MILLISECONDS.sub("", value) if kind == "date" else value
