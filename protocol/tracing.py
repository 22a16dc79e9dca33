"""Spans of OpenTelemetry around what somebody may ask about: a request, its deliveries, a push.

Nothing is loaded, and each call here is one comparison, until realtime.trace_export hands a tracer in. A span
says names, ids and outcomes only: an exception's words, an address and a payload may hold what is secret.
"""

import asyncio
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import Tracer

INTERNAL, SERVER, CLIENT = "INTERNAL", "SERVER", "CLIENT"  # of opentelemetry.trace.SpanKind


class Span(Protocol):
    def tell(self, **attributes: str | int) -> None:
        """Attributes, by name without their prefix `flint.`."""

    def fail(self, code: str) -> None:
        """It went wrong; `code` is a word of ours."""


class _NoSpan:
    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def tell(self, **attributes: str | int) -> None:
        pass

    def fail(self, code: str) -> None:
        pass


_NO_SPAN = _NoSpan()
_tracer: "Tracer | None" = None


def use_tracer(tracer: "Tracer | None") -> None:
    global _tracer
    _tracer = tracer


def span(
    name: str, kind: str = INTERNAL, parent: "Context | None" = None, **attributes: str | int
) -> AbstractContextManager[Span]:
    """`with span("push", CLIENT, provider="apns") as sending:`; a part of the span around it, or of `parent`.
    What is raised inside fails it."""
    if _tracer is None:
        return _NO_SPAN
    return _Traced(_tracer, name, kind, parent, attributes)


def here() -> "Context | None":
    """To go on in later, as the `parent` of a span."""
    if _tracer is None:
        return None
    from opentelemetry.context import get_current

    return get_current()


def carried(headers: "list[tuple[bytes, bytes]]") -> "Context | None":
    """The span of a caller that sent `traceparent` (W3C Trace Context)."""
    if _tracer is None:
        return None
    from opentelemetry.propagate import extract

    return extract({name.decode("latin-1"): value.decode("latin-1") for name, value in headers})


def follow(future: "asyncio.Future[Any]", name: str) -> None:
    """A part of the current span, if there is one, that lasts until the future is done."""
    if _tracer is None:
        return
    from opentelemetry.trace import get_current_span

    if get_current_span().is_recording():
        waiting = _tracer.start_span(name)
        future.add_done_callback(lambda _: waiting.end())


def trace_id() -> str:
    """Of the current span, as 32 hex digits; "" outside of any."""
    if _tracer is None:
        return ""
    from opentelemetry.trace import get_current_span

    current = get_current_span().get_span_context()
    return f"{current.trace_id:032x}" if current.is_valid else ""


class _Traced:
    def __init__(
        self,
        tracer: "Tracer",
        name: str,
        kind: str,
        parent: "Context | None",
        attributes: dict[str, str | int],
    ) -> None:
        from opentelemetry.trace import SpanKind

        self._current = tracer.start_as_current_span(
            name,
            parent,
            SpanKind[kind],
            _prefixed(attributes),
            record_exception=False,
            set_status_on_exception=False,
        )

    def __enter__(self) -> Self:
        self._span = self._current.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self.fail(kind.__name__)
        self._current.__exit__(kind, error, trace)

    def tell(self, **attributes: str | int) -> None:
        self._span.set_attributes(_prefixed(attributes))

    def fail(self, code: str) -> None:
        from opentelemetry.trace import StatusCode

        self._span.set_status(StatusCode.ERROR, code)


def _prefixed(attributes: dict[str, str | int]) -> dict[str, str | int]:
    return {f"flint.{name}": value for name, value in attributes.items()}
