"""The one error a request can end with."""

from collections.abc import Mapping
from typing import Any


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
