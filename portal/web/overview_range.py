"""Which time the overview looks at: a choice of its address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from protocol.dates import now_ms
from realtime.models import StageTally
from realtime.tally import MINUTE_MS
from realtime.tally_reads import Window
from realtime.tally_rows import DAY_MS, HOUR_MS, KEEP_HOURS_MS

Span = StageTally.Span


@dataclass(frozen=True, slots=True)
class Range:
    """`count` steps of `step_ms`, the last of which is not over; `step` in words.

    `words` name it, `last` says which it is and `before` the one to compare with. Days that somebody chose
    have their first and their last as `days`, and end with `until_ms`.
    """

    name: str
    words: str
    last: str
    before: str
    span: str
    step: str
    step_ms: int
    count: int
    days: tuple[str, str] = ("", "")
    until_ms: int = 0

    def window(self) -> Window:
        now = now_ms()
        until = self.until_ms or now - now % self.step_ms + self.step_ms
        return Window(self.span, until - self.count * self.step_ms, until, self.step_ms)


def _until_now(name: str, words: str, span: str, step: str, step_ms: int, count: int) -> Range:
    length = words.removeprefix("1 ")
    return Range(name, words, f"last {length}", f"the {length} before", span, step, step_ms, count)


RANGES = {
    each.name: each
    for each in (
        _until_now("1h", "1 hour", Span.MINUTE, "minute", MINUTE_MS, 60),
        _until_now("24h", "24 hours", Span.MINUTE, "15 minutes", 15 * MINUTE_MS, 96),
        _until_now("7d", "7 days", Span.HOUR, "hour", HOUR_MS, 168),
        _until_now("30d", "30 days", Span.HOUR, "6 hours", 6 * HOUR_MS, 120),
    )
}
USUAL = "1h"
DAYS = "days"
MOST_DAYS = KEEP_HOURS_MS // DAY_MS - 1
DAYS_BY_THE_HOUR = 8


@dataclass(frozen=True, slots=True)
class View:
    """What the address asks for. `live`: the parts ask again by themselves."""

    range: Range
    compares: bool
    live: bool

    def question(self, **changed: str) -> str:
        """The query string of this view, with something changed. Another range leaves chosen days behind."""
        first, last = self.range.days if "range" not in changed else ("", "")
        asked = {
            "range": self.range.name,
            "from": first,
            "to": last,
            "compare": "1" if self.compares else "",
            "live": "" if self.live else "0",
        }
        given = {name: value for name, value in (asked | changed).items() if value}
        return "?" + "&".join(f"{name}={value}" for name, value in given.items())


def view_of(asked: Mapping[str, str]) -> View:
    """Of a query string; what is not known is as usual."""
    chosen = RANGES.get(asked.get("range", ""), RANGES[USUAL])
    if asked.get("range") == DAYS:
        chosen = days_of(asked.get("from", ""), asked.get("to", "")) or chosen
    return View(chosen, compares=asked.get("compare") == "1", live=asked.get("live") != "0")


def days_of(first: str, last: str) -> Range | None:
    """From a day to a day, in UTC; None where these are no days, or none of which anything is kept."""
    try:
        begin, end = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        return None
    earliest, today = day_bounds()
    if not earliest <= begin <= end <= today:
        return None
    days = (end - begin).days + 1
    words = f"{begin.day} {begin:%b}" if days == 1 else f"{begin.day} {begin:%b} to {end.day} {end:%b}"
    before = "the day before" if days == 1 else f"the {days} days before"
    step, step_ms = ("hour", HOUR_MS) if days <= DAYS_BY_THE_HOUR else ("6 hours", 6 * HOUR_MS)
    midnight = datetime(end.year, end.month, end.day, tzinfo=UTC)
    until_ms = int(midnight.timestamp() * 1000) + DAY_MS
    chosen = (begin.isoformat(), end.isoformat())
    count = days * DAY_MS // step_ms
    return Range(DAYS, words, words, before, Span.HOUR, step, step_ms, count, chosen, until_ms)


def day_bounds() -> tuple[date, date]:
    """The first day that can be chosen, and the last, which is today, in UTC."""
    today = datetime.fromtimestamp(now_ms() / 1000, UTC).date()
    return today - timedelta(days=MOST_DAYS), today
