"""Which requests are built, and what each needs before its handler runs."""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeVar

from django.conf import settings

from protocol.catalogue import CATALOGUE
from protocol.request import Request, Response
from protocol.schemas.fields import Schema

Result = Response | dict[str, Any] | None
HandlerFunction = Callable[[Request], Result | Awaitable[Result]]
F = TypeVar("F", bound=HandlerFunction)


@dataclass(frozen=True, slots=True)
class Handler:
    """A request of the catalogue; `function` is None while nobody has built it.

    `player`: acts for a player. `login`: logs one in, so it is allowed before log-in and durable by device.
    `durable`: a `d_` requestId makes it happen once. `server_only`: server-type credentials only.
    `admin_only`: credentials with admin rights only.
    """

    name: str
    schema: type[Schema]
    function: HandlerFunction | None = None
    is_async: bool = False
    player: bool = True
    durable: bool = True
    server_only: bool = False
    admin_only: bool = False
    login: bool = False

    @property
    def supported(self) -> bool:
        return self.function is not None


REGISTRY: dict[str, Handler] = {}


def request(
    name: str,
    schema: type[Schema],
    *,
    player: bool = True,
    durable: bool = True,
    server_only: bool = False,
    admin_only: bool = False,
    login: bool = False,
) -> Callable[[F], F]:
    """Register the handler of a request of the catalogue.

    A plain function runs in one database transaction. A coroutine function runs on the event loop and opens
    its own (protocol.dispatch.in_transaction). Either returns the response's own fields, a whole Response,
    or None, and raises RequestError to refuse. What the catalogue reserves for server-type or admin
    credentials stays reserved; a log-in needs no player.
    """
    spec = CATALOGUE[name]
    if name in REGISTRY:
        raise ValueError(f"{name} has a handler already")

    def register(function: F) -> F:
        REGISTRY[name] = Handler(
            name=name,
            schema=schema,
            function=function,
            is_async=inspect.iscoroutinefunction(function),
            player=player and not login,
            durable=durable,
            server_only=server_only or spec.server_only,
            admin_only=admin_only or spec.admin_only,
            login=login,
        )
        return function

    return register


def find(name: str) -> Handler | None:
    """The request's handler, or what is known of one that nobody has built; None outside the catalogue."""
    return REGISTRY.get(name) or _UNBUILT.get(name)


def load_requests() -> None:
    """Import the modules that register handlers. Harmless when repeated."""
    for module in settings.FLINT_REQUEST_MODULES:
        import_module(module)


def _unbuilt() -> dict[str, Handler]:
    return {
        name: Handler(
            name=name,
            schema=Schema,
            player=not (spec.login or spec.admin_only or name == "EndSessionRequest"),
            server_only=spec.server_only,
            admin_only=spec.admin_only,
            login=spec.login,
        )
        for name, spec in CATALOGUE.items()
    }


_UNBUILT = _unbuilt()
