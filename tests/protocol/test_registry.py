import sys

import pytest
from pytest_django.fixtures import Settings

from protocol.catalogue import CATALOGUE
from protocol.registry import REGISTRY, Handler, find, load_requests, request
from protocol.request import Request
from protocol.schemas import SCHEMAS
from protocol.schemas.authentication import AuthenticationRequest
from protocol.schemas.fields import Schema
from protocol.schemas.flint import BroadcastRequest, SendMessageRequest
from protocol.schemas.player import LogEventRequest

Registry = dict[str, Handler]


def test_request_registers_a_plain_function(registry: Registry) -> None:
    @request("LogEventRequest", LogEventRequest)
    def log_event(request: Request) -> None: ...

    assert registry == {"LogEventRequest": Handler("LogEventRequest", LogEventRequest, log_event)}
    assert registry["LogEventRequest"].supported
    assert not registry["LogEventRequest"].is_async


def test_request_knows_a_coroutine_function(registry: Registry) -> None:
    @request("LogEventRequest", LogEventRequest, durable=False)
    async def log_event(request: Request) -> None: ...

    assert registry["LogEventRequest"].is_async
    assert not registry["LogEventRequest"].durable


def test_a_login_needs_no_player(registry: Registry) -> None:
    @request("AuthenticationRequest", AuthenticationRequest, login=True)
    def authenticate(request: Request) -> None: ...

    handler = registry["AuthenticationRequest"]
    assert (handler.login, handler.player) == (True, False)


def test_what_the_catalogue_reserves_stays_reserved(registry: Registry) -> None:
    @request("SendMessageRequest", SendMessageRequest, player=False)
    def send(request: Request) -> None: ...

    @request("BroadcastRequest", BroadcastRequest, player=False)
    def broadcast(request: Request) -> None: ...

    assert registry["SendMessageRequest"].server_only
    assert registry["BroadcastRequest"].admin_only


def test_a_request_outside_the_catalogue_is_refused(registry: Registry) -> None:
    with pytest.raises(KeyError, match="NoSuchRequest"):
        request("NoSuchRequest", Schema)


def test_a_second_handler_is_refused(registry: Registry) -> None:
    request("LogEventRequest", LogEventRequest)(lambda request: None)
    with pytest.raises(ValueError, match="LogEventRequest has a handler already"):
        request("LogEventRequest", LogEventRequest)


def test_find_prefers_the_handler_that_is_built(registry: Registry) -> None:
    unbuilt = find("LogEventRequest")
    assert unbuilt is not None
    assert not unbuilt.supported
    request("LogEventRequest", LogEventRequest)(lambda request: None)
    assert find("LogEventRequest") is registry["LogEventRequest"]


def test_find_knows_nothing_outside_the_catalogue(registry: Registry) -> None:
    assert find("NoSuchRequest") is None
    assert find("logeventrequest") is None


@pytest.mark.parametrize(
    ("name", "player", "server_only", "admin_only", "login"),
    [
        ("LogEventRequest", True, False, False, False),
        ("FacebookConnectRequest", False, False, False, True),
        ("EndSessionRequest", False, False, False, False),
        ("BatchAdminRequest", False, False, True, False),
        ("SetSegmentValueRequest", True, True, False, False),
        ("BlockPlayerRequest", True, False, False, False),
    ],
)
def test_an_unbuilt_request_still_says_what_it_needs(
    registry: Registry, name: str, player: bool, server_only: bool, admin_only: bool, login: bool
) -> None:
    handler = find(name)
    assert handler is not None
    assert (handler.player, handler.server_only, handler.admin_only, handler.login) == (
        player,
        server_only,
        admin_only,
        login,
    )


def test_every_request_of_the_catalogue_is_found(registry: Registry) -> None:
    assert [name for name in CATALOGUE if find(name) is None] == []


def test_load_requests_imports_the_modules_of_the_settings(registry: Registry, settings: Settings) -> None:
    sys.modules.pop("tests.protocol.example_requests", None)
    settings.FLINT_REQUEST_MODULES = ["tests.protocol.example_requests"]
    load_requests()
    load_requests()
    assert list(registry) == ["ListAchievementsRequest"]


def test_every_handler_of_the_product_takes_its_requests_schema() -> None:
    load_requests()
    schemas = {name: handler.schema for name, handler in REGISTRY.items()}
    assert schemas
    assert schemas == {name: SCHEMAS[name] for name in schemas}
