"""Milliseconds since 1970 as people read them."""

from datetime import UTC, datetime


def shown(at_ms: int | None) -> str:
    """`2026-03-01 18:30:07`, in UTC; a dash for never."""
    if not at_ms:
        return "–"
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
