"""Answers to requests that never reach the dispatch."""

from typing import Any

from protocol.request import Response


def refuse(document: dict[str, Any], error: dict[str, Any]) -> Response:
    """The response of the document's class with `error`; `.ErrorResponse` when it has no class."""
    name = document.get("@class")
    body: dict[str, Any] = {"@class": ".ErrorResponse"}
    if isinstance(name, str):
        body["@class"] = "." + name.removeprefix(".").removesuffix("Request") + "Response"
    if isinstance(document.get("requestId"), str):
        body["requestId"] = document["requestId"]
    body["error"] = error
    return Response(body)
