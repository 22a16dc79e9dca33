"""What watches the process asks here: `/healthz`, `/readyz`.

An ASGI application in front of Django: probes come by address, whatever host names FLINT_HOSTS allows.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from realtime import health, process

Application = Callable[[Any, Any, Any], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    content_type: str = "text/plain; charset=utf-8"


async def healthz(scope: Any) -> Answer:
    """200 while the process lives."""
    return Answer(200, b"ok\n")


async def readyz(scope: Any) -> Answer:
    """200 `{"ready": true}`, else 503 `{"ready": false, "missing": [{"what": …, "detail": …}]}`."""
    await process.ensure_started()
    missing = await health.faults()
    document = {"ready": False, "missing": missing} if missing else {"ready": True}
    return Answer(503 if missing else 200, msgspec.json.encode(document), "application/json")


PATHS = {"/healthz": healthz, "/readyz": readyz}


class Operations:
    """Answers the paths above and hands every other request to `application`."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        view = PATHS.get(scope["path"])
        if view is None:
            await self._application(scope, receive, send)
        elif scope["method"] in ("GET", "HEAD"):
            await _respond(await view(scope), scope["method"], send)
        else:
            await _respond(Answer(405, b"GET only\n"), "GET", send)


async def _respond(answer: Answer, method: str, send: Any) -> None:
    headers = [
        (b"content-type", answer.content_type.encode()),
        (b"content-length", b"%d" % len(answer.body)),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else answer.body})
