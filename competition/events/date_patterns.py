"""Dates by patterns of Java's SimpleDateFormat, in UTC and English (§1.4); weeks are those of ISO 8601."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_RUN = 20  # of one letter: so many digits at most
_PIECE = re.compile(r"'((?:[^']|'')*)'|(([A-Za-z])\3*)|([^A-Za-z']+)", re.ASCII)
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def format_ms(ms: int, pattern: str) -> str:
    """Raises ValueError, in words, for what is no pattern, and for moments outside the years 1 to 9999."""
    try:
        moment = _EPOCH + timedelta(milliseconds=ms)
    except OverflowError:
        raise ValueError("a moment outside the years 1 to 9999") from None
    parts: list[str] = []
    at = 0
    while at < len(pattern):
        piece = _PIECE.match(pattern, at)
        if piece is None:
            raise ValueError("a quote in the pattern is not closed")
        parts.append(_written(moment, piece))
        at = piece.end()
    return "".join(parts)


def _written(moment: datetime, piece: "re.Match[str]") -> str:
    quoted, run, letter, plain = piece.groups()
    if quoted is not None:
        return str(quoted).replace("''", "'") or "'"
    if plain is not None:
        return str(plain)
    if letter not in _LETTERS or len(run) > _LONGEST_RUN:
        raise ValueError(f'unknown letters in the pattern: "{run[:10]}"')
    return _LETTERS[letter](moment, len(run))


def _digits(value: Callable[[datetime], int]) -> Callable[[datetime, int], str]:
    return lambda moment, width: str(value(moment)).zfill(width)


def _year(year: int, width: int) -> str:
    return f"{year % 100:02}" if width == 2 else str(year).zfill(width)


def _month(moment: datetime, width: int) -> str:
    name = _MONTHS[moment.month - 1]
    return str(moment.month).zfill(width) if width < 3 else name[:3] if width == 3 else name


def _day(moment: datetime, width: int) -> str:
    name = _DAYS[moment.weekday()]
    return name if width > 3 else name[:3]


_LETTERS: dict[str, Callable[[datetime, int], str]] = {
    "G": lambda moment, width: "AD",
    "y": lambda moment, width: _year(moment.year, width),
    "Y": lambda moment, width: _year(moment.isocalendar().year, width),
    "M": _month,
    "L": _month,
    "w": _digits(lambda moment: moment.isocalendar().week),
    "D": _digits(lambda moment: moment.timetuple().tm_yday),
    "d": _digits(lambda moment: moment.day),
    "E": _day,
    "u": _digits(lambda moment: moment.isoweekday()),
    "a": lambda moment, width: "AM" if moment.hour < 12 else "PM",
    "H": _digits(lambda moment: moment.hour),
    "k": _digits(lambda moment: moment.hour or 24),
    "K": _digits(lambda moment: moment.hour % 12),
    "h": _digits(lambda moment: moment.hour % 12 or 12),
    "m": _digits(lambda moment: moment.minute),
    "s": _digits(lambda moment: moment.second),
    "S": _digits(lambda moment: moment.microsecond // 1000),
    "z": lambda moment, width: "UTC" if width < 4 else "Coordinated Universal Time",
    "Z": lambda moment, width: "+0000",
    "X": lambda moment, width: "Z",
}
