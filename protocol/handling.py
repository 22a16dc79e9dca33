"""The innermost step of a request: its fields are checked, then its handler runs."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import cast

from django.db import transaction

from protocol.errors import RequestError
from protocol.registry import Handler, HandlerFunction, Result, find
from protocol.request import Next, Request, Response
from protocol.schemas.convert import convert

RunSync = Callable[[Callable[[], Response]], Awaitable[Response]]


def handle_with(run_sync: RunSync) -> Next:
    """The last `next` of the middleware chain; `run_sync` runs plain handlers in the database's threads."""

    async def handle(request: Request) -> Response:
        handler = _built(request)
        request.data = convert(handler.schema, request.raw)
        function = cast(HandlerFunction, handler.function)
        if handler.is_async:
            return as_response(request, await cast(Awaitable[Result], function(request)))
        return await run_sync(partial(in_transaction, request, cast(Callable[[Request], Result], function)))

    return handle


def in_transaction(request: Request, function: Callable[[Request], Result]) -> Response:
    """Run a request's writes in one transaction, at most once for a durable id.

    Call it where the database may be used. An answer with an error rolls everything back; an exception
    does too, AlreadyAnswered among them, and goes on to dispatch.
    """
    with transaction.atomic():
        if request.guard is not None:
            request.guard.claim()
        response = as_response(request, function(request))
        if response.failed:
            transaction.set_rollback(True)
        elif request.guard is not None:
            request.guard.store(response)
    return response


def as_response(request: Request, result: Result) -> Response:
    return result if isinstance(result, Response) else request.respond(result)


def _built(request: Request) -> Handler:
    handler = find(request.name)
    if handler is None or not handler.supported:
        raise RequestError({"@class": "NOT_SUPPORTED"})
    return handler
