"""One decoded request in, one response out: the same for sockets and REST.

The first check that fails answers alone (wire-protocol.md §10): the class is there and known, then what the
middleware of the settings checks in its order, then that the request is built, then its fields.
"""

import logging
import time
from functools import cache
from typing import Any

from django.conf import settings
from django.core.signals import setting_changed
from django.db import Error as AnyDatabaseError
from django.db import InterfaceError, OperationalError
from django.utils.module_loading import import_string

from protocol import metrics, tracing
from protocol.errors import AlreadyAnswered, RequestError
from protocol.handling import handle_with
from protocol.log_context import doing, log_fields
from protocol.refusal import class_fault, name_of, refuse, request_id_of
from protocol.registry import load_requests
from protocol.request import Middleware, Next, Request, Response
from protocol.run import Run
from protocol.session import Session

logger = logging.getLogger("flint.requests")


async def dispatch(session: Session, document: dict[str, Any], run: Run) -> Response:
    """Answer one request of decode_frame's. Never raises but for cancellation; the response is encoded.

    Nothing of a request that ends in an error is stored, and `run` holds no deliveries of it. The caller
    writes the response, then awaits `run.flush()`.
    """
    began = time.perf_counter()
    request = _request(session, document, run)
    doing.set(request)  # also while the caller flushes the run
    label = metrics.label_of(request.name)
    with tracing.span(label, tracing.SERVER) as answering:
        run.trace = tracing.here()
        response = await _answer(request)
        if run.trace is not None:
            _describe(request, response, answering)
    seconds = time.perf_counter() - began
    metrics.answered(label, response, seconds)
    if logger.isEnabledFor(logging.DEBUG):
        logger.debug("%s in %.1f ms", metrics.outcome_of(response), seconds * 1000)
    return response


def _describe(request: Request, response: Response, answering: tracing.Span) -> None:
    outcome, fields = metrics.outcome_of(response), request.log_fields()
    ids = {name: fields[name] for name in ("request", "player") if name in fields}
    answering.tell(outcome=outcome, transport=request.session.transport, **ids)
    if outcome in ("unavailable", "failed"):
        answering.fail(outcome)


async def _answer(request: Request) -> Response:
    try:
        if fault := class_fault(request.name):
            return _refusal(request, fault)
        response = await _chain()(request)
        response.encode()
        return response
    except AlreadyAnswered as answered:
        return Response(body={}, encoded=answered.encoded)
    except RequestError as error:
        return _refusal(request, error.fields, error.extra)
    except AnyDatabaseError as error:
        return _refusal(request, {"server": _database_fault(request, error)})
    except Exception:
        session = request.session
        logger.exception("%s failed (game %s, %s)", request.name, session.game_id, session.stage)
        return _refusal(request, {"server": "FAILED"})


def prepare() -> None:
    """Import all handlers and build the chain now, so that a faulty setting shows when the server starts."""
    _chain()


def _request(session: Session, document: dict[str, Any], run: Run) -> Request:
    return Request(
        name=name_of(document),
        raw=document,
        session=session,
        run=run,
        request_id=request_id_of(document),
        log_id=log_fields().get("request", "") if session.transport == "rest" else "",
    )


def _refusal(request: Request, fields: dict[str, Any], extra: dict[str, Any] | None = None) -> Response:
    request.run.unwritten.clear()
    response = refuse(request.raw, fields, extra)
    response.encode()
    return response


def _database_fault(request: Request, error: AnyDatabaseError) -> str:
    """A database that is locked, full, unreachable or failing is the operator's; anything else is ours."""
    if isinstance(error, (OperationalError, InterfaceError)) and not _is_programming_fault(error):
        logger.error("%s: the database is unavailable: %s", request.name, error)
        return "UNAVAILABLE"
    logger.error("%s failed in the database", request.name, exc_info=error)
    return "FAILED"


def _is_programming_fault(error: AnyDatabaseError) -> bool:
    """SQLite calls a missing table or column operational too."""
    return any(sign in str(error) for sign in ("no such", "syntax error", "has no column"))


@cache
def _chain() -> Next:
    load_requests()
    chain = handle_with(import_string(settings.FLINT_RUN_SYNC))
    for path in reversed(settings.FLINT_REQUEST_MIDDLEWARE):
        middleware: Middleware = import_string(path)
        chain = middleware(chain)
    return chain


def _forget_chain(*, setting: str, **_: Any) -> None:
    if setting.startswith("FLINT_"):
        _chain.cache_clear()


setting_changed.connect(_forget_chain)
