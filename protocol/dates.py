"""Dates as they travel (wire-protocol.md §7.1): UTC, minutes, no seconds. Inside, milliseconds since 1970."""

import re
import time
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_WIRE = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d))?Z", re.ASCII)


_correction_ms = 0


def now_ms() -> int:
    """By the clock that all processes share, as far as it is known (realtime.clock)."""
    return machine_ms() + _correction_ms


def machine_ms() -> int:
    """By this machine's own clock."""
    return time.time_ns() // 1_000_000


def correction_ms() -> int:
    """How far this machine's clock is behind the shared one; below 0 where it is ahead."""
    return _correction_ms


def correct(ms: int) -> None:
    """Take that for its correction from now on."""
    global _correction_ms
    _correction_ms = ms


def format_date(ms: int) -> str:
    """`2026-11-22T17:05Z`, rounded down to the minute. OverflowError outside the years 1 to 9999."""
    return (_EPOCH + timedelta(milliseconds=ms)).strftime("%04Y-%m-%dT%H:%MZ")


def parse_date(text: str) -> int:
    """Milliseconds of a wire date, with or without seconds (clients and the management API differ)."""
    match = _WIRE.fullmatch(text)
    if match is None:
        raise ValueError(f"not a date: {text!r}")
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
    return (datetime(year, month, day, hour, minute, second, tzinfo=UTC) - _EPOCH) // _MILLISECOND
