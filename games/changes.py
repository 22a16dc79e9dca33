"""What differs between two game documents, in lines for people."""

from collections.abc import Mapping
from typing import Any


def list_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """`events: added SCORE`, `broadcastLimits: changed`, …, in the order of `after`'s keys."""
    lines: list[str] = []
    for name, value in after.items():
        if before.get(name) != value:
            lines.extend(f"{name}: {change}" for change in _within(before.get(name), value))
    return lines


def _within(before: Any, after: Any) -> list[str]:
    old, new = _entries(before), _entries(after)
    if old is None or new is None:
        return ["changed"]
    words = [f"added {key}" for key in new if key not in old]
    words += [f"changed {key}" for key in new if key in old and old[key] != new[key]]
    words += [f"removed {key}" for key in old if key not in new]
    return words or ["changed"]


def _entries(value: Any) -> dict[str, Any] | None:
    """A section's rows by short code, or an object's keys; None for a plain value."""
    if isinstance(value, dict):
        return value
    if isinstance(value, list) and all(isinstance(item, dict) and "shortCode" in item for item in value):
        return {item["shortCode"]: item for item in value}
    return None
