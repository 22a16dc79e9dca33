"""What a collector makes of one more value (§1.5). One kind, unless the configuration changed."""

from typing import Any

from competition.events.numbers import add, is_number


def advance(calculation: str, before: Any, value: Any) -> Any:
    """The collector's new value; `before` is None the first time. One of another kind is forgotten."""
    if calculation == "count":
        return 1 if before is None else before + 1
    if calculation in ("last", "supplemental") or not _is_alike(before, value):
        return value
    if calculation == "sum":
        return add(before, value) if is_number(value) else value
    return max(before, value) if calculation == "max" else min(before, value)


def _is_alike(before: Any, value: Any) -> bool:
    return (is_number(before) and is_number(value)) or (isinstance(before, str) and isinstance(value, str))
