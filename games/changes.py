"""What differs between two game documents."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Change:
    """`kind` is added, changed or removed. `key` is a row's short code, or an object's key; "" where the
    section is one value, or only its order changed. `before` and `after` are None where there is nothing.
    """

    section: str
    kind: str
    key: str
    before: Any
    after: Any

    def __str__(self) -> str:
        return f"{self.section}: {self.kind} {self.key}".rstrip()


def list_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """`events: added SCORE`, `broadcastLimits: changed`, …, in the order of `after`'s keys."""
    return [str(change) for change in changes(before, after)]


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """In the order of `after`'s keys; a section that it has not is passed over."""
    found: list[Change] = []
    for name, value in after.items():
        if before.get(name) != value:
            found.extend(_within(name, before.get(name), value))
    return found


def _within(section: str, before: Any, after: Any) -> list[Change]:
    old, new = _entries(before), _entries(after)
    if old is None or new is None:
        return [Change(section, "changed", "", before, after)]
    found = [Change(section, "added", key, None, new[key]) for key in new if key not in old]
    found += [
        Change(section, "changed", key, old[key], new[key])
        for key in new
        if key in old and old[key] != new[key]
    ]
    found += [Change(section, "removed", key, old[key], None) for key in old if key not in new]
    return found or [Change(section, "changed", "", list(old), list(new))]


def _entries(value: Any) -> dict[str, Any] | None:
    """A section's rows by short code, or an object's keys; None for a plain value."""
    if isinstance(value, dict):
        return value
    if isinstance(value, list) and all(isinstance(item, dict) and "shortCode" in item for item in value):
        return {item["shortCode"]: item for item in value}
    return None
