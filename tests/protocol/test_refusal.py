"""A refusal without the dispatch reads like one of the dispatch's."""

from typing import Any

import msgspec
import pytest

from protocol.dispatch import dispatch
from protocol.refusal import class_fault, name_of, refuse, request_id_of
from protocol.run import Run
from protocol.session import Session

REFUSED: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"@class": ".NoSuchRequest", "requestId": "1"}, {"@class": ".NoSuchResponse", "requestId": "1"}),
    ({"@class": "NoSuchRequest", "requestId": 7}, {"@class": ".NoSuchResponse", "requestId": "7"}),
    ({"@class": ".NoSuch", "requestId": {"a": [1]}}, {"@class": ".NoSuchResponse", "requestId": '{"a":[1]}'}),
    ({"@class": ".X", "requestId": None}, {"@class": ".XResponse"}),
    ({"@class": ".", "requestId": True}, {"@class": ".ErrorResponse", "requestId": "true"}),
    ({"@class": ""}, {"@class": ".ErrorResponse"}),
    ({"@class": 7, "requestId": 1.5}, {"@class": ".ErrorResponse", "requestId": "1.5"}),
    ({"@class": None}, {"@class": ".ErrorResponse"}),
    ({}, {"@class": ".ErrorResponse"}),
]


@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize(("document", "head"), REFUSED)
async def test_refusal_reads_like_the_dispatchs(
    session: Session, document: dict[str, Any], head: dict[str, Any]
) -> None:
    fault = class_fault(name_of(document))
    assert fault is not None
    refused = refuse(document, fault)
    assert refused.body == {**head, "error": fault}
    assert (await dispatch(session, document, Run())).encode() == refused.encode()


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("DeviceAuthenticationRequest", ".AuthenticationResponse"),
        ("FacebookConnectRequest", ".AuthenticationResponse"),
        ("RegistrationRequest", ".RegistrationResponse"),
        ("SendFriendMessageRequest", ".SendFriendMessageResponse"),
    ],
)
def test_refusal_has_the_class_that_the_client_waits_for(name: str, answer: str) -> None:
    refused = refuse({"@class": f".{name}", "requestId": "1"}, {"request": "THROTTLED"})
    assert msgspec.json.decode(refused.encode()) == {
        "@class": answer,
        "requestId": "1",
        "error": {"request": "THROTTLED"},
    }


def test_refusal_carries_further_fields_before_its_error() -> None:
    refused = refuse({"@class": ".XRequest"}, {"a": "INVALID"}, {"invalid": [1]})
    assert refused.encode() == b'{"@class":".XResponse","invalid":[1],"error":{"a":"INVALID"}}'


def test_class_fault_knows_the_catalogue() -> None:
    assert class_fault("") == {"@class": "REQUIRED"}
    assert class_fault("NoSuchRequest") == {"@class": "UNKNOWN"}
    assert class_fault("EndSessionRequest") is None
    assert class_fault("CreateChallengeRequest") is None


def test_request_id_is_text_or_nothing() -> None:
    ids = [request_id_of({"requestId": value}) for value in ("", "é", 0, None, [1, 2])]
    assert ids == ["", "é", "0", None, "[1,2]"]
