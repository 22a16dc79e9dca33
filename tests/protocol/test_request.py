import pytest

from protocol.request import Request, Response
from protocol.run import Run
from protocol.session import Session


@pytest.mark.parametrize(
    ("name", "response_class"),
    [
        ("LogEventRequest", ".LogEventResponse"),
        ("IOSBuyGoodsRequest", ".IOSBuyGoodsResponse"),
        ("LogEvent", ".LogEventResponse"),
    ],
)
def test_response_class_follows_the_request(session: Session, name: str, response_class: str) -> None:
    assert Request(name, {}, session, Run()).response_class == response_class


def test_respond_puts_class_and_request_id_first(session: Session) -> None:
    response = Request("LogEventRequest", {}, session, Run(), request_id="1").respond({"a": 1, "b": None})
    assert response.encode() == b'{"@class":".LogEventResponse","requestId":"1","a":1}'


def test_response_is_encoded_once() -> None:
    response = Response({"a": 1})
    first = response.encode()
    response.body["a"] = 2
    assert response.encode() is first


@pytest.mark.parametrize(("body", "failed"), [({"a": 1}, False), ({"error": {"a": "INVALID"}}, True)])
def test_response_has_failed_when_it_has_an_error(body: dict[str, object], failed: bool) -> None:
    assert Response(body).failed is failed


async def test_a_run_without_deliveries_flushes_nothing() -> None:
    await Run().flush()
