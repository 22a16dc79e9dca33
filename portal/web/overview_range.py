"""Which time the overview looks at: a choice of its address."""

from collections.abc import Mapping
from dataclasses import dataclass

from protocol.dates import now_ms
from realtime.models import StageTally
from realtime.tally import MINUTE_MS
from realtime.tally_reads import Window
from realtime.tally_rows import HOUR_MS

Span = StageTally.Span


@dataclass(frozen=True, slots=True)
class Range:
    """`count` steps of `step_ms`, the last of which is not over; `step` in words."""

    name: str
    words: str
    span: str
    step: str
    step_ms: int
    count: int

    def window(self) -> Window:
        now = now_ms()
        until = now - now % self.step_ms + self.step_ms
        return Window(self.span, until - self.count * self.step_ms, until, self.step_ms)


RANGES = {
    each.name: each
    for each in (
        Range("1h", "1 hour", Span.MINUTE, "minute", MINUTE_MS, 60),
        Range("24h", "24 hours", Span.MINUTE, "15 minutes", 15 * MINUTE_MS, 96),
        Range("7d", "7 days", Span.HOUR, "hour", HOUR_MS, 168),
        Range("30d", "30 days", Span.HOUR, "6 hours", 6 * HOUR_MS, 120),
    )
}
USUAL = "1h"


@dataclass(frozen=True, slots=True)
class View:
    """What the address asks for. `live`: the parts ask again by themselves."""

    range: Range
    compares: bool
    live: bool

    def question(self, **changed: str) -> str:
        """The query string of this view, with something changed."""
        asked = {
            "range": self.range.name,
            "compare": "1" if self.compares else "",
            "live": "" if self.live else "0",
        }
        given = {name: value for name, value in (asked | changed).items() if value}
        return "?" + "&".join(f"{name}={value}" for name, value in given.items())


def view_of(asked: Mapping[str, str]) -> View:
    """Of a query string; what is not known is as usual."""
    chosen = RANGES.get(asked.get("range", ""), RANGES[USUAL])
    return View(chosen, compares=asked.get("compare") == "1", live=asked.get("live") != "0")
