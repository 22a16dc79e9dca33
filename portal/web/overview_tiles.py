"""The overview's figures of now, and of the range."""

from collections import Counter
from dataclasses import dataclass

from messaging.waiting_tally import LOOKED_AT
from portal.web.overview_numbers import age, ages, milliseconds, quantile, succeeded
from portal.web.overview_range import View
from portal.web.places import Place
from protocol.dates import now_ms
from realtime.tally import ATTEMPT, LATENCY, MINUTE_MS, OLDEST, ONLINE, STORED, WAITING, minute_of
from realtime.tally_reads import Counted, latest, latest_minute, sums

RATE_MINUTES = 5  # over which messages a minute are averaged
FRESH_MINUTES = 3  # for how long the latest look at what waits counts


@dataclass(frozen=True, slots=True)
class Tile:
    """`note` says over which time; `was` is the figure of the range before, "" where it is not asked for."""

    name: str
    figure: str
    note: str
    url: str = ""
    was: str = ""


def tiles_of(place: Place, stage_id: int, view: View) -> list[Tile]:
    """Two statements, and one to compare with."""
    now = latest(stage_id, minute_of(now_ms()) - (RATE_MINUTES + 1) * MINUTE_MS)
    window = view.range.window()
    ranged = sums(stage_id, window, (LATENCY, ATTEMPT))
    before = sums(stage_id, window.before, (LATENCY, ATTEMPT)) if view.compares else None
    log = place.url("push-log", place.stage)
    words = view.range.last
    rated = f"last {RATE_MINUTES} minutes"
    waiting, oldest = _last(now, WAITING), _last(now, OLDEST)
    return [
        Tile("Online players", f"{_online(now):,}", "now", place.url("players", place.stage) + "?online=yes"),
        Tile("Messages a minute", _rate(now), rated, place.url("trace", place.stage)),
        Tile("Delivery, 95 %", _p95(ranged) or "–", words, was=_p95(before)),
        Tile("Waiting in inboxes", f"{waiting:,}" + ("+" if waiting >= LOOKED_AT else ""), "a minute ago"),
        Tile("Push success", _success(ranged) or "–", words, f"{log}?outcome=failed", _success(before)),
        Tile("Oldest undelivered", age(oldest) if waiting else "–", "a minute ago"),
    ]


def _online(now: list[Counted]) -> int:
    held: Counter[int] = Counter()
    for each in now:
        if each.measure == ONLINE:
            held[each.at_ms] += each.number
    return latest_minute(held, now_ms())


def _rate(now: list[Counted]) -> str:
    since = minute_of(now_ms()) - RATE_MINUTES * MINUTE_MS
    stored = sum(each.number for each in now if each.measure == STORED and each.at_ms >= since)
    rate = stored / RATE_MINUTES
    return f"{rate:,.0f}" if rate >= 10 or not stored else f"{rate:.1f}"


def _last(now: list[Counted], measure: str) -> int:
    since = minute_of(now_ms()) - FRESH_MINUTES * MINUTE_MS
    found = [(each.at_ms, each.number) for each in now if each.measure == measure and each.at_ms >= since]
    return max(found, default=(0, 0))[1]


def _p95(counted: list[Counted] | None) -> str:
    return "" if counted is None else milliseconds(quantile(ages(counted), 0.95))


def _success(counted: list[Counted] | None) -> str:
    if counted is None:
        return ""
    share = succeeded(counted)
    return "–" if share is None else f"{share:.1f} %"
