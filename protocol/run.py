"""A run: one request, job or admin action, and what it leaves to be done after its answer."""

from collections.abc import Awaitable, Callable
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from protocol import tracing


class Run:
    """Collects what is to be delivered once the run's writes are committed and its answer is out.

    `deliveries` is filled by messaging only (on commit); nothing else reads it.
    `loaded` lets a hot handler hand facts it already read to the receiver of its event.
    `trace` is where the deliveries' span goes on.
    """

    __slots__ = ("deliveries", "loaded", "trace", "unwritten")

    def __init__(self) -> None:
        self.deliveries: list[Any] = []
        self.unwritten: list[Any] = []
        self.loaded: dict[str, Any] = {}
        self.trace = tracing.here()

    async def flush(self) -> None:
        """Deliver. What is not flushed, after a crash, the worker finds."""
        if self.deliveries:
            with tracing.span("deliver", parent=self.trace, messages=len(self.deliveries)):
                await _flusher()(self)


_cached: list[Callable[[Run], Awaitable[None]]] = []


def _flusher() -> Callable[[Run], Awaitable[None]]:
    if not _cached:
        _cached.append(import_string(settings.FLINT_FLUSH))
    return _cached[0]
