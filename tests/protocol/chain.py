"""Middleware and a runner for the dispatch tests, named by dotted path in their settings."""

from collections.abc import Callable

from django.db import connection

from protocol.errors import AlreadyAnswered, RequestError
from protocol.request import Next, Request, Response


async def run_here(function: Callable[[], Response]) -> Response:
    """On the event loop itself, over a connection that no other thread has."""
    try:
        return function()
    finally:
        connection.close()


def outer(next: Next) -> Next:
    async def run(request: Request) -> Response:
        request.notes["seen"] = ["outer"]
        response = await next(request)
        response.body["seen"] = request.notes["seen"]
        return response

    return run


def inner(next: Next) -> Next:
    async def run(request: Request) -> Response:
        request.notes["seen"].append("inner")
        return await next(request)

    return run


def forbid(next: Next) -> Next:
    async def run(request: Request) -> Response:
        raise RequestError({"@class": "NOT_ALLOWED"})

    return run


def unauthenticated(next: Next) -> Next:
    async def run(request: Request) -> Response:
        raise RequestError({"authentication": "NOTAUTHORIZED"})

    return run


def replay(next: Next) -> Next:
    async def run(request: Request) -> Response:
        raise AlreadyAnswered(b'{"@class":".LogEventResponse","requestId":"d_1","again":true}')

    return run
