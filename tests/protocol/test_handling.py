"""A handler's transaction: its writes, the durable key and the reply commit together or not at all."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import transaction

from protocol.errors import AlreadyAnswered, RequestError
from protocol.handling import in_transaction
from protocol.request import Request, Response
from protocol.run import Run
from protocol.session import Session


class RowGuard:
    """Keeps the key and the reply as rows of a table that is there anyway."""

    key = "key"

    def claim(self) -> None:
        if Group.objects.filter(name="key").exists():
            raise AlreadyAnswered(b"stored")
        Group.objects.create(name="key")

    def store(self, response: Response) -> None:
        Group.objects.create(name=response.encode().decode())


def rows() -> list[str]:
    return sorted(Group.objects.values_list("name", flat=True))


@pytest.fixture
def log_event(session: Session) -> Request:
    return Request("LogEventRequest", {}, session, Run(), request_id="d_1")


def write(request: Request) -> dict[str, Any]:
    Group.objects.create(name="written")
    transaction.on_commit(lambda: request.run.deliveries.append("delivery"), robust=True)
    return {"a": 1}


def write_and_refuse(request: Request) -> Response:
    return request.respond({**write(request), "error": {"a": "INVALID"}})


def write_and_raise(request: Request) -> Response:
    write(request)
    raise RequestError({"a": "INVALID"})


STORED = '{"@class":".LogEventResponse","requestId":"d_1","a":1}'


@pytest.mark.django_db(transaction=True)
def test_writes_and_their_deliveries_come_with_the_commit(log_event: Request) -> None:
    response = in_transaction(log_event, write)
    assert response.body == {"@class": ".LogEventResponse", "requestId": "d_1", "a": 1}
    assert rows() == ["written"]
    assert log_event.run.deliveries == ["delivery"]


@pytest.mark.django_db(transaction=True)
def test_key_writes_and_reply_commit_together(log_event: Request) -> None:
    log_event.guard = RowGuard()
    response = in_transaction(log_event, write)
    assert response.encode().decode() == STORED
    assert rows() == ["key", "written", STORED]


@pytest.mark.django_db(transaction=True)
def test_a_taken_key_stops_the_handler(log_event: Request) -> None:
    log_event.guard = RowGuard()
    in_transaction(log_event, write)
    with pytest.raises(AlreadyAnswered) as caught:
        in_transaction(log_event, write)
    assert caught.value.encoded == b"stored"
    assert rows() == ["key", "written", STORED]
    assert log_event.run.deliveries == ["delivery"]


@pytest.mark.django_db(transaction=True)
def test_an_exception_rolls_everything_back(log_event: Request) -> None:
    log_event.guard = RowGuard()
    with pytest.raises(RequestError):
        in_transaction(log_event, write_and_raise)
    assert rows() == []
    assert log_event.run.deliveries == []


@pytest.mark.django_db(transaction=True)
def test_an_answer_with_an_error_rolls_everything_back_too(log_event: Request) -> None:
    log_event.guard = RowGuard()
    response = in_transaction(log_event, write_and_refuse)
    assert response.failed
    assert rows() == []
    assert log_event.run.deliveries == []


@pytest.mark.django_db(transaction=True)
def test_a_refused_durable_request_may_be_tried_again(log_event: Request) -> None:
    log_event.guard = RowGuard()
    in_transaction(log_event, write_and_refuse)
    assert not in_transaction(log_event, write).failed
    assert rows() == ["key", "written", STORED]
