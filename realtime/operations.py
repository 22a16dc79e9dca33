"""What watches the process asks here: `/healthz`, `/readyz`, `/metrics`.

An ASGI application in front of Django: probes come by address, whatever host names FLINT_HOSTS allows.
The same paths are answered on a listener of their own where FLINT_METRICS_LISTEN names one.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from django.conf import settings

from protocol.client_address import Address, client_address, read_address
from realtime import database, exposition, health, metric_files, process

Application = Callable[[Any, Any, Any], Awaitable[None]]
View = Callable[[Any], Awaitable["Answer"]]


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


async def metrics(scope: Any) -> Answer:
    """The numbers of this process and of its siblings under the same supervisor."""
    accept = dict(scope["headers"]).get(b"accept", b"").decode("latin-1")
    body, content_type = await database.run_outside(_rendered, metric_files.own(), accept)
    return Answer(200, body, content_type)


def _rendered(mine: metric_files.Snapshot, accept: str) -> tuple[bytes, str]:
    return exposition.render(metric_files.totals(mine), accept)


async def guarded_metrics(scope: Any) -> Answer:
    """On the port that everybody reaches: for the addresses of FLINT_METRICS_ALLOW."""
    if settings.METRICS_LISTEN:
        return Answer(404, b"The metrics have a listener of their own: FLINT_METRICS_LISTEN.\n")
    address = read_address(client_address(scope))
    if address is None or not _came_straight(scope) or not _is_allowed(address):
        return Answer(403, b"Only the addresses of FLINT_METRICS_ALLOW may read the metrics.\n")
    return await metrics(scope)


def _is_allowed(address: Address) -> bool:
    return any(address in network for network in settings.METRICS_ALLOW)


def _came_straight(scope: Any) -> bool:
    """Or past proxies that the settings know: from others, everybody would come with the proxy's address."""
    return bool(settings.TRUSTED_HOPS) or not any(name in FORWARDED for name, _ in scope["headers"])


FORWARDED = (b"x-forwarded-for", b"forwarded", b"via")
PROBES = {"/healthz": healthz, "/readyz": readyz}


class Operations:
    """Answers these paths and hands every other request to `application`."""

    def __init__(self, application: Application, metrics: View = guarded_metrics) -> None:
        self._application = application
        self._views = {**PROBES, "/metrics": metrics}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        view = self._views.get(scope["path"]) if scope["type"] == "http" else None
        if view is None:
            await self._application(scope, receive, send)
        elif scope["method"] in ("GET", "HEAD"):
            await respond(await view(scope), scope["method"], send)
        else:
            await respond(Answer(405, b"GET only\n"), "GET", send)


async def nothing_else(scope: Any, receive: Any, send: Any) -> None:
    """The application behind the listener of their own."""
    if scope["type"] != "http":
        await send({"type": "websocket.close"})
        return
    await respond(Answer(404, b"Here are /metrics, /healthz and /readyz.\n"), scope["method"], send)


async def respond(answer: Answer, method: str, send: Any) -> None:
    headers = [
        (b"content-type", answer.content_type.encode()),
        (b"content-length", b"%d" % len(answer.body)),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else answer.body})
