"""The inbox requests of the old protocol."""

from typing import Any

from messaging import inbox
from protocol.errors import RequestError
from protocol.registry import request
from protocol.request import Request
from protocol.schemas.player import (
    DismissMessageRequest,
    DismissMultipleMessagesRequest,
    GetMessageRequest,
    ListMessageDetailRequest,
    ListMessageRequest,
    ListMessageSummaryRequest,
    UpdateMessageRequest,
)


def _player(request: Request) -> str:
    assert request.player_id is not None
    return request.player_id


@request("ListMessageRequest", ListMessageRequest, durable=False)
def list_messages(request: Request) -> dict[str, Any]:
    rows = inbox.listed(_player(request), request.data.include)
    found = inbox.page(rows, request.data.entry_count, request.data.offset)
    return {"messageList": [inbox.document(row) for row in found]}


@request("ListMessageDetailRequest", ListMessageDetailRequest, durable=False)
def list_message_details(request: Request) -> dict[str, Any]:
    rows = inbox.listed(_player(request), request.data.include, request.data.status)
    found = inbox.page(rows, request.data.entry_count, request.data.offset)
    return {"messageList": [inbox.detail(row) for row in found]}


@request("ListMessageSummaryRequest", ListMessageSummaryRequest, durable=False)
def list_message_summaries(request: Request) -> dict[str, Any]:
    found = inbox.page(inbox.listed(_player(request)), request.data.entry_count, request.data.offset)
    return {"messageList": [inbox.summary(row) for row in found]}


@request("GetMessageRequest", GetMessageRequest)
def get_message(request: Request) -> dict[str, Any]:
    row = inbox.read(_player(request), request.data.message_id)
    return {"message": inbox.document(row), "status": row.status}


@request("UpdateMessageRequest", UpdateMessageRequest)
def update_message(request: Request) -> None:
    inbox.set_status(_player(request), request.data.message_id, request.data.status)


@request("DismissMessageRequest", DismissMessageRequest)
def dismiss_message(request: Request) -> None:
    if inbox.dismiss(_player(request), [request.data.message_id]):
        raise RequestError({"messageId": "INVALID"})


@request("DismissMultipleMessagesRequest", DismissMultipleMessagesRequest)
def dismiss_messages(request: Request) -> dict[str, Any]:
    if request.data.message_ids is None:
        raise RequestError({"messageIds": "REQUIRED"})
    asked = list(dict.fromkeys(request.data.message_ids))
    failed = inbox.dismiss(_player(request), asked)
    answer: dict[str, Any] = {"messagesDismissed": len(asked) - len(failed)}
    if failed:
        answer["failedDismissals"] = failed
    return answer
