"""Documents of the old server as they travelled (wire_samples.json), and how ours are compared with them."""

import json
from pathlib import Path
from typing import Any

SAMPLES: dict[str, list[dict[str, Any]]] = json.loads(
    Path(__file__).with_name("wire_samples.json").read_text()
)


def without_nulls(value: Any) -> Any:
    """Nulls are left out on our wire (wire-protocol.md §7.3)."""
    if isinstance(value, dict):
        return {key: without_nulls(each) for key, each in value.items() if each is not None}
    return [without_nulls(each) for each in value] if isinstance(value, list) else value


def shape(value: Any) -> Any:
    """Keys and JSON types; int and float are both numbers."""
    if isinstance(value, dict):
        return {key: shape(each) for key, each in value.items()}
    if isinstance(value, list):
        return [shape(each) for each in value]
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, (int, float)) else type(value).__name__


def body(sample: dict[str, Any]) -> dict[str, Any]:
    """A request's own fields."""
    return {key: value for key, value in sample.items() if key not in ("@class", "requestId")}
