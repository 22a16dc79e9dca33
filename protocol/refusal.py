"""Refusing a request: what it is called, what its answer is called, and whether we know its class at all."""

from collections.abc import Mapping
from typing import Any

import msgspec

from protocol.registry import find
from protocol.request import Response, response_class

Document = Mapping[str, Any]


def name_of(document: Document) -> str:
    """The class without its dot; empty when there is none."""
    name = document.get("@class")
    return name.removeprefix(".") if isinstance(name, str) else ""


def request_id_of(document: Document) -> str | None:
    """Clients send strings and match answers by string; anything else is echoed as its JSON text."""
    value = document.get("requestId")
    if value is None or isinstance(value, str):
        return value
    return msgspec.json.encode(value).decode()


def class_fault(name: str) -> dict[str, str] | None:
    """The error of a request that names no class, or one that is not in the catalogue."""
    if not name:
        return {"@class": "REQUIRED"}
    return None if find(name) else {"@class": "UNKNOWN"}


def refuse(document: Document, error: Mapping[str, Any], extra: Mapping[str, Any] | None = None) -> Response:
    """The response of the document's class with `error`. `extra` are further top-level fields."""
    body: dict[str, Any] = {"@class": response_class(name_of(document))}
    if (request_id := request_id_of(document)) is not None:
        body["requestId"] = request_id
    return Response({**body, **(extra or {}), "error": dict(error)})
