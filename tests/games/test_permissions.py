from typing import Any

import pytest
from asgiref.sync import async_to_sync

from games.config_store import configs
from games.credentials import delete_credential, save_credential
from games.models import Credential, Game
from games.permissions import is_allowed, permissions
from protocol.errors import RequestError
from protocol.registry import Handler
from protocol.request import Request, Response
from protocol.run import Run
from protocol.schemas.fields import Schema
from protocol.session import Rights, Session

DEVICE = Rights("device")
SERVER = Rights("server", player=False)
ADMIN = Rights("admin", player=False, admin=True)


def handler(name: str = "LogEventRequest", server_only: bool = False, admin_only: bool = False) -> Handler:
    return Handler(name, Schema, server_only=server_only, admin_only=admin_only)


@pytest.mark.parametrize(
    ("rights", "allowed"),
    [
        (DEVICE, True),
        (Rights("x", allow=frozenset({"LogEventRequest"})), True),
        (Rights("x", allow=frozenset({"EndSessionRequest"})), False),
        (Rights("x", allow=frozenset()), False),
        (Rights("x", deny=frozenset({"LogEventRequest"})), False),
        (Rights("x", deny=frozenset({"EndSessionRequest"})), True),
        (Rights("x", deny=frozenset({"*"})), False),
        (Rights("x", allow=frozenset({"LogEventRequest"}), deny=frozenset({"LogEventRequest"})), False),
    ],
)
def test_lists_decide_and_deny_wins(rights: Rights, allowed: bool) -> None:
    assert is_allowed(rights, handler()) is allowed


@pytest.mark.parametrize(("rights", "allowed"), [(DEVICE, False), (SERVER, True), (ADMIN, True)])
def test_server_request_needs_a_server_type_credential(rights: Rights, allowed: bool) -> None:
    assert is_allowed(rights, handler(server_only=True)) is allowed


@pytest.mark.parametrize(("rights", "allowed"), [(DEVICE, False), (SERVER, False), (ADMIN, True)])
def test_admin_request_needs_admin_rights(rights: Rights, allowed: bool) -> None:
    assert is_allowed(rights, handler(admin_only=True)) is allowed


def request(name: str, rights: Rights) -> Request:
    session = Session(api_key="k", game_id=1, stage_id=2, stage="live", rights=rights)
    return Request(name=name, raw={}, session=session, run=Run())


async def answer(request: Request) -> Response:
    return request.respond()


async def test_allowed_request_goes_on() -> None:
    response = await permissions(answer)(request("EndSessionRequest", DEVICE))
    assert response.body == {"@class": ".EndSessionResponse"}


@pytest.mark.parametrize("name", ["SendMessageRequest", "BroadcastRequest", "NoSuchRequest"])
async def test_forbidden_request_is_not_allowed(name: str) -> None:
    with pytest.raises(RequestError) as refused:
        await permissions(answer)(request(name, DEVICE))
    assert refused.value.fields == {"@class": "NOT_ALLOWED"}


async def _asked(session: Session) -> dict[str, Any]:
    try:
        request = Request(name="LogEventRequest", raw={}, session=session, run=Run())
        return (await permissions(answer)(request)).body
    except RequestError as refused:
        return refused.fields


def test_what_is_forbidden_later_is_forbidden_to_open_sockets_too(game: Game) -> None:
    save_credential(game, "partner", {}, None)
    stage = game.stage("preview")
    rights = configs.current(stage.pk).credentials["partner"].rights
    session = Session(api_key="k", game_id=game.pk, stage_id=stage.pk, stage="preview", rights=rights)
    assert async_to_sync(_asked)(session) == {"@class": ".LogEventResponse"}
    save_credential(game, "partner", {"deny": ["LogEventRequest"]}, None)
    configs.refresh()
    assert async_to_sync(_asked)(session) == {"@class": "NOT_ALLOWED"}
    save_credential(game, "partner", {"deny": []}, None)
    configs.refresh()
    assert async_to_sync(_asked)(session) == {"@class": ".LogEventResponse"}
    delete_credential(Credential.objects.get(game=game, short_code="partner"), None)
    configs.refresh()
    assert async_to_sync(_asked)(session) == {"@class": "NOT_ALLOWED"}
