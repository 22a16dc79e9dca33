"""The one error a request can end with."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

One = TypeVar("One")
Other = TypeVar("Other")


class RequestError(Exception):
    """Answers the request with `error: {field: code}` and stores nothing of it.

    `fields` maps a field (or `DETAILS`, `USERNAME`, `@class`, …) to its code, a string or JSON.
    `extra` are further top-level fields of the response, such as `invalidPlayerIds`.
    """

    def __init__(self, fields: Mapping[str, Any], extra: Mapping[str, Any] | None = None) -> None:
        super().__init__(dict(fields))
        self.fields = dict(fields)
        self.extra = dict(extra or {})


class AlreadyAnswered(Exception):
    """A durable request was found done while its writes began: the stored response is the answer."""

    def __init__(self, encoded: bytes) -> None:
        super().__init__()
        self.encoded = encoded


def together(one: Callable[[], One], other: Callable[[], Other]) -> tuple[One, Other]:
    """What both return. Raises one RequestError with the fields of both, so that all faults are told."""
    fields: dict[str, Any] = {}
    try:
        first = one()
    except RequestError as refused:
        fields |= refused.fields
    try:
        second = other()
    except RequestError as refused:
        fields |= refused.fields
    if fields:
        raise RequestError(fields)
    return first, second
