"""Requests through the real dispatch."""

import json
from typing import Any

from protocol.dispatch import dispatch
from protocol.run import Run
from protocol.session import Session


async def ask(session: Session, name: str, **fields: Any) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(await ask_bytes(session, name, **fields))
    return answer


async def ask_bytes(session: Session, name: str, **fields: Any) -> bytes:
    response = await dispatch(session, {"@class": f".{name}", "requestId": "1", **fields}, Run())
    return response.encode()
