"""What is allowed in an item of a section, and likely not meant."""

from collections.abc import Iterator
from typing import Any

FILTERED = ("runningTotals", "leaderboards", "achievements")


def warnings(section: str, item: Any) -> list[str]:
    """A value beside the operator `any` is ignored (competition-rules.md §2.5). By its path in the item."""
    if section not in FILTERED:
        return []
    return [f"{path} is ignored: everything passes the operator any." for path in _ignored(item, "")]


def _ignored(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, list):
        for index, each in enumerate(value):
            yield from _ignored(each, f"{path}[{index}]")
    elif isinstance(value, dict):
        joint = f"{path}." if path else ""
        if value.get("op") == "any" and value.get("value") is not None:
            yield f"{joint}value"
        for key, each in value.items():
            yield from _ignored(each, f"{joint}{key}")
