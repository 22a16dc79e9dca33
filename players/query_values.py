"""Values in segment queries: when two are equal or ordered, and moments relative to now.

Values of different types are never equal and never ordered: the number 5 is not the text "5", and `true` is
not 1. What a player lacks (None) equals nothing.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

# Beyond this SQLite reads a whole number as a float.
_LARGEST_WHOLE = 2**63 - 1

_DURATION = re.compile(
    r"-P(?=.)(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?=.)(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,9})S)?)?", re.ASCII
)


def type_of(value: Any) -> Literal["flag", "number", "text", "list"] | None:
    if isinstance(value, bool):
        return "flag"
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, str):
        return "text"
    return "list" if isinstance(value, list) else None


def same(actual: Any, value: Any) -> bool:
    return type_of(actual) == type_of(value) is not None and _number(actual) == value


def ordered(holds: Callable[[Any, Any], bool], actual: Any, value: Any) -> bool:
    """Numbers with numbers, texts with texts by code point."""
    kind = type_of(actual)
    return kind == type_of(value) and kind in ("number", "text") and holds(_number(actual), value)


def contains(actual: Any, value: Any) -> bool:
    """A text within a text, or an item of a list."""
    if isinstance(actual, list):
        return any(same(item, value) for item in actual)
    return isinstance(actual, str) and isinstance(value, str) and value in actual


def _number(value: Any) -> Any:
    return float(value) if isinstance(value, int) and abs(value) > _LARGEST_WHOLE else value


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time, in milliseconds; `relative` ones count from now."""

    ms: int
    relative: bool = False

    def at(self, now: int) -> int:
        return now + self.ms if self.relative else self.ms


def parse_moment(text: str) -> Moment:
    """An ISO time (UTC unless it says otherwise) or a duration back from now: `-P7D`, `-PT12H`.

    Durations have weeks, days, hours, minutes and seconds; months and years have no length. ValueError.
    """
    match = _DURATION.fullmatch(text)
    if match is not None:
        weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
        back = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
        return Moment(-(back // timedelta(milliseconds=1)), relative=True)
    time = datetime.fromisoformat(text)
    time = time if time.tzinfo else time.replace(tzinfo=UTC)
    return Moment((time - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1))
