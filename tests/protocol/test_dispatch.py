import logging
import sqlite3
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from django.db import DataError, IntegrityError, InterfaceError, OperationalError, ProgrammingError
from pytest_django.fixtures import Settings

from protocol.dispatch import dispatch, prepare
from protocol.errors import RequestError
from protocol.registry import Handler, request
from protocol.request import Request, Response
from protocol.run import Run
from protocol.schemas.analytics import EndSessionRequest
from protocol.schemas.player import LogEventRequest, SendFriendMessageRequest
from protocol.session import Session

pytestmark = pytest.mark.usefixtures("registry")

LOG_EVENT = {"@class": ".LogEventRequest", "requestId": "1_1", "eventKey": "E"}


async def answer(session: Session, document: dict[str, Any], run: Run | None = None) -> Any:
    response = await dispatch(session, document, run or Run())
    return msgspec.json.decode(response.encode())


def on_log_event(function: Callable[[Request], Any]) -> None:
    """Answer LogEventRequest on the event loop, without a database."""

    @request("LogEventRequest", LogEventRequest)
    async def log_event(request: Request) -> Any:
        return function(request)


def raising(error: Exception) -> Callable[[Request], Any]:
    def fail(request: Request) -> Any:
        raise error

    return fail


# --- the answer ---------------------------------------------------------------------------------------


async def test_the_answer_has_the_response_class_and_the_request_id(session: Session) -> None:
    on_log_event(lambda request: {"scriptData": {"a": 1}})
    assert await answer(session, LOG_EVENT) == {
        "@class": ".LogEventResponse",
        "requestId": "1_1",
        "scriptData": {"a": 1},
    }


async def test_the_class_counts_without_its_dot_too(session: Session) -> None:
    on_log_event(lambda request: None)
    assert await answer(session, {"@class": "LogEventRequest", "eventKey": "E"}) == {
        "@class": ".LogEventResponse"
    }


async def test_null_fields_are_left_out(session: Session) -> None:
    on_log_event(lambda request: {"scriptData": None, "a": False})
    assert await answer(session, LOG_EVENT) == {"@class": ".LogEventResponse", "requestId": "1_1", "a": False}


async def test_a_handler_may_return_a_whole_response(session: Session) -> None:
    on_log_event(lambda request: Response({"@class": ".OtherResponse"}))
    assert await answer(session, LOG_EVENT) == {"@class": ".OtherResponse"}


@pytest.mark.parametrize(
    ("request_id", "echo"),
    [
        ("1795367109000_1", "1795367109000_1"),
        ("d_é😀", "d_é😀"),
        ("", ""),
        (5, "5"),
        (1.5, "1.5"),
        (True, "true"),
        ([1], "[1]"),
    ],
)
async def test_request_id_is_echoed_as_a_string(session: Session, request_id: Any, echo: str) -> None:
    on_log_event(lambda request: None)
    document = {**LOG_EVENT, "requestId": request_id}
    assert await answer(session, document) == {"@class": ".LogEventResponse", "requestId": echo}


@pytest.mark.parametrize("document", [{}, {"requestId": None}])
async def test_no_request_id_is_answered_without_one(session: Session, document: dict[str, Any]) -> None:
    on_log_event(lambda request: None)
    document = {"@class": ".LogEventRequest", "eventKey": "E", **document}
    assert await answer(session, document) == {"@class": ".LogEventResponse"}


async def test_the_handler_sees_the_typed_fields_and_the_raw_document(session: Session) -> None:
    seen: list[Request] = []
    on_log_event(seen.append)
    run = Run()
    await answer(session, {**LOG_EVENT, "SCORE": "12"}, run)
    assert seen[0].data == LogEventRequest(event_key="E")
    assert seen[0].raw == {**LOG_EVENT, "SCORE": "12"}
    assert (seen[0].name, seen[0].request_id) == ("LogEventRequest", "1_1")
    assert (seen[0].session, seen[0].run) == (session, run)


@pytest.mark.django_db(transaction=True)
async def test_a_plain_function_is_run_by_the_runner_of_the_settings(session: Session) -> None:
    @request("EndSessionRequest", EndSessionRequest, player=False)
    def end_session(request: Request) -> dict[str, Any]:
        return {"sessionDuration": 12}

    assert await answer(session, {"@class": ".EndSessionRequest"}) == {
        "@class": ".EndSessionResponse",
        "sessionDuration": 12,
    }


# --- refusals, in the order of wire-protocol.md §10 -------------------------------------------------------


@pytest.mark.parametrize("name", [None, "absent", 5, True, [], {}, "", "."])
async def test_a_frame_without_a_class_gets_an_error_response(session: Session, name: Any) -> None:
    document = {"requestId": "7"} if name == "absent" else {"@class": name, "requestId": "7"}
    assert await answer(session, document) == {
        "@class": ".ErrorResponse",
        "requestId": "7",
        "error": {"@class": "REQUIRED"},
    }


@pytest.mark.parametrize(
    ("name", "response"),
    [
        (".NoSuchRequest", ".NoSuchResponse"),
        ("NoSuchRequest", ".NoSuchResponse"),
        (".NoSuch", ".NoSuchResponse"),
        (".logeventrequest", ".logeventrequestResponse"),
        (".😀Request", ".😀Response"),
    ],
)
async def test_an_unknown_class_is_answered_under_its_name(
    session: Session, name: str, response: str
) -> None:
    assert await answer(session, {"@class": name, "requestId": "7"}) == {
        "@class": response,
        "requestId": "7",
        "error": {"@class": "UNKNOWN"},
    }


async def test_a_request_that_nobody_has_built_is_not_supported(session: Session) -> None:
    assert await answer(session, {"@class": ".BuyVirtualGoodsRequest", "requestId": "7"}) == {
        "@class": ".BuyVirtualGoodsResponse",
        "requestId": "7",
        "error": {"@class": "NOT_SUPPORTED"},
    }


async def test_all_faulty_fields_are_answered_at_once(session: Session) -> None:
    @request("SendFriendMessageRequest", SendFriendMessageRequest)
    async def send(request: Request) -> None:
        raise AssertionError("a faulty request reached its handler")

    assert await answer(session, {"@class": ".SendFriendMessageRequest", "message": 5}) == {
        "@class": ".SendFriendMessageResponse",
        "error": {"friendIds": "REQUIRED", "message": "INVALID"},
    }


async def test_middleware_runs_in_the_order_of_the_settings(session: Session, settings: Settings) -> None:
    settings.FLINT_REQUEST_MIDDLEWARE = ["tests.protocol.chain.outer", "tests.protocol.chain.inner"]
    on_log_event(lambda request: None)
    assert (await answer(session, LOG_EVENT))["seen"] == ["outer", "inner"]


@pytest.mark.parametrize(
    ("document", "error"),
    [
        ({}, {"@class": "REQUIRED"}),
        ({"@class": ".NoSuchRequest"}, {"@class": "UNKNOWN"}),
        ({"@class": ".BuyVirtualGoodsRequest"}, {"@class": "NOT_ALLOWED"}),
        ({"@class": ".LogEventRequest"}, {"@class": "NOT_ALLOWED"}),
    ],
)
async def test_class_is_checked_before_the_middleware_and_fields_after(
    session: Session, settings: Settings, document: dict[str, Any], error: dict[str, Any]
) -> None:
    settings.FLINT_REQUEST_MIDDLEWARE = [
        "tests.protocol.chain.forbid",
        "tests.protocol.chain.unauthenticated",
    ]
    on_log_event(lambda request: None)
    assert (await answer(session, document))["error"] == error


async def test_not_supported_comes_after_the_middleware(session: Session, settings: Settings) -> None:
    settings.FLINT_REQUEST_MIDDLEWARE = ["tests.protocol.chain.unauthenticated"]
    response = await answer(session, {"@class": ".BuyVirtualGoodsRequest"})
    assert response["error"] == {"authentication": "NOTAUTHORIZED"}


async def test_throttle_comes_before_the_other_checks(session: Session, settings: Settings) -> None:
    settings.FLINT_LIMIT_REQUESTS_BURST = 1
    settings.FLINT_LIMIT_REQUESTS_PER_SECOND = 0.001
    settings.FLINT_REQUEST_MIDDLEWARE = ["protocol.throttle.throttle", "tests.protocol.chain.forbid"]
    errors = [(await answer(session, LOG_EVENT))["error"] for _ in range(2)]
    assert errors == [{"@class": "NOT_ALLOWED"}, {"request": "THROTTLED"}]


async def test_an_error_carries_its_extra_fields(session: Session) -> None:
    on_log_event(raising(RequestError({"playerIds": "INVALID"}, {"invalidPlayerIds": ["x"]})))
    assert await answer(session, LOG_EVENT) == {
        "@class": ".LogEventResponse",
        "requestId": "1_1",
        "error": {"playerIds": "INVALID"},
        "invalidPlayerIds": ["x"],
    }


async def test_a_stored_answer_is_repeated_byte_for_byte(session: Session, settings: Settings) -> None:
    settings.FLINT_REQUEST_MIDDLEWARE = ["tests.protocol.chain.replay"]
    response = await dispatch(session, LOG_EVENT, Run())
    assert response.encode() == b'{"@class":".LogEventResponse","requestId":"d_1","again":true}'
    assert not response.failed


# --- what goes wrong ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("database is locked"),
        OperationalError("database or disk is full"),
        OperationalError("disk I/O error"),
        OperationalError("unable to open database file"),
        OperationalError("attempt to write a readonly database"),
        OperationalError("server closed the connection unexpectedly"),
        InterfaceError("connection already closed"),
    ],
)
async def test_a_database_that_does_not_answer_is_unavailable(
    session: Session, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    on_log_event(raising(error))
    assert await answer(session, LOG_EVENT) == {
        "@class": ".LogEventResponse",
        "requestId": "1_1",
        "error": {"server": "UNAVAILABLE"},
    }
    assert caplog.messages == [f"LogEventRequest: the database is unavailable: {error}"]


@pytest.mark.parametrize(
    "error",
    [
        ValueError("a bug"),
        KeyError("a bug"),
        RecursionError("a bug"),
        sqlite3.OperationalError("not Django's"),
        OperationalError("no such table: players_player"),
        OperationalError('near "SELEC": syntax error'),
        IntegrityError("UNIQUE constraint failed"),
        ProgrammingError("relation does not exist"),
        DataError("value too long"),
    ],
)
async def test_any_other_error_fails_the_request_and_is_logged_with_its_traceback(
    session: Session, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    on_log_event(raising(error))
    assert await answer(session, LOG_EVENT) == {
        "@class": ".LogEventResponse",
        "requestId": "1_1",
        "error": {"server": "FAILED"},
    }
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert record.exc_info is not None
    assert record.exc_info[1] is error


async def test_what_cannot_be_encoded_fails_the_request(
    session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    on_log_event(lambda request: {"scriptData": object()})
    assert (await answer(session, LOG_EVENT))["error"] == {"server": "FAILED"}
    assert len(caplog.records) == 1


async def test_a_failed_request_leaves_nothing_to_be_written(session: Session) -> None:
    def fail(request: Request) -> None:
        request.run.unwritten.append("a row")
        raise RequestError({"friendId": "NOT_FRIEND"})

    on_log_event(fail)
    run = Run()
    await answer(session, LOG_EVENT, run)
    assert (run.unwritten, run.deliveries) == ([], [])


async def test_a_failure_is_logged_without_what_the_client_sent(
    session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    on_log_event(raising(ValueError("a bug")))
    await answer(session, {**LOG_EVENT, "password": "hunter2"})
    assert caplog.messages == ["LogEventRequest failed (game 7, live)"]
    assert "hunter2" not in caplog.text


# --- the chain ------------------------------------------------------------------------------------------


def test_prepare_shows_a_faulty_setting_at_once(settings: Settings) -> None:
    settings.FLINT_REQUEST_MIDDLEWARE = ["protocol.throttle.no_such_middleware"]
    with pytest.raises(ImportError, match="no_such_middleware"):
        prepare()


async def test_the_chain_follows_a_changed_setting(session: Session, settings: Settings) -> None:
    on_log_event(lambda request: None)
    assert "error" not in await answer(session, LOG_EVENT)
    settings.FLINT_REQUEST_MIDDLEWARE = ["tests.protocol.chain.forbid"]
    assert (await answer(session, LOG_EVENT))["error"] == {"@class": "NOT_ALLOWED"}


async def test_prepare_loads_the_handlers(registry: dict[str, Handler], settings: Settings) -> None:
    import sys

    sys.modules.pop("tests.protocol.example_requests", None)
    settings.FLINT_REQUEST_MODULES = ["tests.protocol.example_requests"]
    prepare()
    assert list(registry) == ["ListAchievementsRequest"]
