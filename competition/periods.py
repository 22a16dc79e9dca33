"""Days, weeks and months, as leaderboards are built and emptied by them (competition-rules.md §3.5).

All in UTC: a day begins at midnight, a week on Monday, a month on its first. Times are ms since 1970.
"""

from datetime import UTC, datetime, timedelta

FREQUENCIES = ("daily", "weekly", "monthly")
ENDLESS = ("never", "realtime")  # the frequencies of the game document that know no boundaries

_DAY_MS = 86_400_000
_DAYS_OF_A_WEEK = 7
_LONGER_THAN_A_MONTH = 32  # days: from any first into the next month


def period_of(frequency: str, at_ms: int) -> str:
    """The date on which the period of that moment began, `2026-11-23`; "" where there are none."""
    return "" if frequency in ENDLESS else date_of(began_ms(frequency, at_ms))


def began_ms(frequency: str, at_ms: int) -> int:
    """The latest boundary, that moment included."""
    day = _day(at_ms)
    if frequency == "weekly":
        day -= timedelta(days=day.weekday())
    elif frequency == "monthly":
        day = day.replace(day=1)
    return _ms(day)


def ends_ms(frequency: str, at_ms: int) -> int:
    """The next boundary, that moment not included."""
    start = began_ms(frequency, at_ms)
    if frequency == "monthly":
        return began_ms("monthly", start + _LONGER_THAN_A_MONTH * _DAY_MS)
    return start + (_DAYS_OF_A_WEEK if frequency == "weekly" else 1) * _DAY_MS


def date_of(at_ms: int) -> str:
    """`2026-11-27`."""
    return _day(at_ms).strftime("%Y-%m-%d")


def _day(at_ms: int) -> datetime:
    moment = datetime.fromtimestamp(at_ms // 1000, UTC)
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _ms(day: datetime) -> int:
    return int(day.timestamp()) * 1000
