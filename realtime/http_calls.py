"""Each HTTP call gets an id: in its log lines, and in the answer's `X-Request-Id`."""

import logging
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from django.conf import settings

from protocol import tracing
from protocol.client_address import is_proxy, read_address
from protocol.log_context import doing

HEADER = b"x-request-id"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_ACCEPTABLE = re.compile(rb"[A-Za-z0-9._-]{1,64}")

Application = Callable[[Any, Any, Any], Awaitable[None]]

logger = logging.getLogger("flint.http")


class HttpCall:
    """What the log says of a call. Its address is no field: it may hold a credential's secret."""

    __slots__ = ("id",)

    def __init__(self, id: str) -> None:
        self.id = id

    def log_fields(self) -> dict[str, str]:
        return {"request": self.id}


class HttpCalls:
    """In front of Django: names each call, and says at level DEBUG what became of it."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        call = HttpCall(_presented_id(scope) or secrets.token_hex(8))
        began = time.perf_counter()

        async def named(answering: tracing.Span, message: Any) -> None:
            if message["type"] == "http.response.start":
                answering.tell(status=message["status"])
                message["headers"] = [*message.get("headers", ()), (HEADER, call.id.encode())]
                took = (time.perf_counter() - began) * 1000
                logger.debug("%s %s: %d in %.1f ms", scope["method"], scope["path"], message["status"], took)
            await send(message)

        before = doing.set(call)
        try:
            caller = tracing.carried(scope["headers"])  # a game's server may trace its own work
            with tracing.span(_span_name(scope), tracing.SERVER, caller, request=call.id) as answering:
                await self._application(scope, receive, partial(named, answering))
        finally:
            doing.reset(before)


def _span_name(scope: Any) -> str:
    """Not the address: any part of it may be a secret that got into the wrong place."""
    return f"HTTP {scope['method']}" if scope["method"] in METHODS else "HTTP"


def _presented_id(scope: Any) -> str:
    """The id that a trusted proxy gave the call; others are not believed."""
    peer = scope.get("client")
    if not settings.TRUSTED_HOPS or not is_proxy(read_address(peer[0] if peer else "")):
        return ""
    for name, value in scope["headers"]:
        if name == HEADER and _ACCEPTABLE.fullmatch(value):
            return str(value.decode())
    return ""
