"""The operations by name, with the types of their arguments."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from cloudcode.sandbox.running import Refused

if TYPE_CHECKING:
    from cloudcode.host import ScriptHost

Function = Callable[["ScriptHost", Any], Awaitable[Any]]
F = TypeVar("F", bound=Function)


class Arguments(msgspec.Struct, array_like=True, frozen=True):
    """In the order in which core.js's `ask` is given them."""


OPERATIONS: dict[str, tuple[type[Arguments], Function]] = {}


def operation(name: str, arguments: type[Arguments]) -> Callable[[F], F]:
    """Register `async def function(host, arguments)`; its result is JSON, or it raises Refused."""

    def register(function: F) -> F:
        OPERATIONS[name] = (arguments, function)
        return function

    return register


def read(kind: type[Arguments], given: list[Any]) -> Arguments:
    """Raises Refused: the Spark objects send what fits, but a process may say anything."""
    try:
        return msgspec.convert(given, kind)
    except msgspec.ValidationError as fault:
        raise Refused(f"wrong arguments: {fault}") from None
