"""The overview's charts: each is a table that a script draws, with a sentence on what it comes to."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.web.overview_numbers import ages, is_failure, milliseconds, quantile
from portal.web.overview_range import View
from portal.web.places import Place
from portal.web.wording import moment
from push.providers import Provider
from realtime.tally import ATTEMPT, LATENCY, ONLINE, OUTCOME, OUTCOMES, SCRIPT, STORED
from realtime.tally_reads import Counted, Window, peaks, sums

MOST_SERIES = 7  # the others are one more
OTHER = "Other"
BEFORE = "Before"
SHARES = {"50 %": 0.5, "95 %": 0.95, "99 %": 0.99}
# The outcome's words, and the name of its colour in portal.css.
OUTCOME_LOOKS = dict(
    zip(
        OUTCOMES,
        (
            ("Delivered", "ok"),
            ("Pushed", "pushed"),
            ("Left waiting", "waiting"),
            ("Expired", "neutral"),
            ("Held back", "suppressed"),
            ("Push failed", "failed"),
        ),
        strict=True,
    )
)
COLOURS = ("ok", "pushed", "waiting", "suppressed", "failed", "accent", "neutral", "text")

Values = list[int] | list[float | None]


@dataclass(frozen=True, slots=True)
class Series:
    name: str
    colour: str
    values: Values
    before: bool = False  # of the range before: a line beside the others


@dataclass(frozen=True, slots=True)
class Chart:
    """`kind`: "stack", "lines" or "bars". Without series there is nothing to draw."""

    key: str
    title: str
    kind: str
    times: list[datetime]
    series: list[Series]
    summary: str
    url: str = ""
    link: str = ""

    @property
    def rows(self) -> list[tuple[datetime, list[int | float | None]]]:
        """The newest first."""
        rows = [(at, [each.values[place] for each in self.series]) for place, at in enumerate(self.times)]
        return rows[::-1]


def charts_of(place: Place, view: View, now: "Reading", before: "Reading | None") -> list[Chart]:
    log = place.url("push-log", place.stage)
    per = f"each {view.range.step}"
    return [
        Chart("messages", f"Messages by class, {per}", "stack", now.times, *_messages(now, before)),
        Chart("outcomes", f"What became of them, {per}", "stack", now.times, *_outcomes(now, before)),
        Chart("online", "Online players", "lines", now.times, *_online(now, before)),
        Chart(
            "failures",
            f"Push failures by provider and code, {per}",
            "bars",
            now.times,
            *_failures(now, before),
            f"{log}?outcome=failed",
            "Push log",
        ),
        Chart(
            "latency", "Milliseconds until written to a socket", "lines", now.times, *_latency(now, before)
        ),
    ]


class Reading:
    """What the charts of one window are made of. Two statements."""

    def __init__(self, stage_id: int, window: Window) -> None:
        self.window = window
        self.steps = window.steps
        self.times = [moment(at_ms) for at_ms in self.steps]
        self.counted = sums(stage_id, window, (STORED, OUTCOME, ATTEMPT, LATENCY, SCRIPT))
        self.peaks = peaks(stage_id, window, ONLINE)

    def of(self, measure: str) -> list[Counted]:
        return [each for each in self.counted if each.measure == measure]

    def totals(self, counted: Iterable[Counted]) -> list[int]:
        """Of each step."""
        found: Counter[int] = Counter()
        for each in counted:
            found[each.at_ms] += each.number
        return [found[step] for step in self.steps]

    def failures(self) -> list[Counted]:
        return [each for each in self.counted if is_failure(each)]

    def quantiles(self, share: float) -> list[float | None]:
        """Milliseconds of each step, None where nothing was written."""
        found: dict[int, list[Counted]] = {}
        for each in self.of(LATENCY):
            found.setdefault(each.at_ms, []).append(each)
        values = [quantile(ages(found.get(step, ())), share) for step in self.steps]
        return [None if value is None else round(value, 1) for value in values]


def _messages(now: Reading, before: Reading | None) -> tuple[list[Series], str]:
    stored = now.of(STORED)
    named = _by_name(now, stored, lambda each: each.name)
    if not named:
        return [], ""
    before_it = [] if before is None else [Series(BEFORE, "muted", before.totals(before.of(STORED)), True)]
    return [*named, *before_it], f"{_most('message', stored, lambda each: each.name)} {_busiest(now, stored)}"


def _outcomes(now: Reading, before: Reading | None) -> tuple[list[Series], str]:
    found = now.of(OUTCOME)
    if not found:
        return [], ""
    series = []
    said = []
    for code, (words, colour) in OUTCOME_LOOKS.items():
        values = now.totals(each for each in found if each.code == code)
        series.append(Series(words, colour, values))
        if sum(values):
            said.append(f"{sum(values):,} {words.lower()}")
    if before is not None:
        series.append(Series(BEFORE, "muted", before.totals(before.of(OUTCOME)), True))
    return series, f"{', '.join(said).capitalize()}."


def _online(now: Reading, before: Reading | None) -> tuple[list[Series], str]:
    values = [now.peaks.get(step, 0) for step in now.steps]
    if not any(values):
        return [], ""
    series = [Series("Players", "accent", values)]
    if before is not None:
        series.append(Series(BEFORE, "muted", [before.peaks.get(step, 0) for step in before.steps], True))
    most = max(values)
    return series, f"At most {most:,} at once, {_at(now.times[values.index(most)])}."


def _failures(now: Reading, before: Reading | None) -> tuple[list[Series], str]:
    failed = now.failures()
    if not failed:
        return [], ""

    def name(each: Counted) -> str:
        return f"{Provider(each.name).label} {each.code}"

    series = _by_name(now, failed, name)
    if before is not None:
        series.append(Series(BEFORE, "muted", before.totals(before.failures()), True))
    return series, _most("failed attempt", failed, name)


def _latency(now: Reading, before: Reading | None) -> tuple[list[Series], str]:
    written = now.of(LATENCY)
    if not written:
        return [], ""
    series = [
        Series(name, colour, now.quantiles(share))
        for (name, share), colour in zip(SHARES.items(), ("ok", "waiting", "failed"), strict=True)
    ]
    if before is not None:
        series.append(Series(f"{BEFORE}, 95 %", "muted", before.quantiles(0.95), True))
    counts = ages(written)
    said = [f"{name} within {milliseconds(quantile(counts, share))}" for name, share in SHARES.items()]
    return series, f"{', '.join(said)}, of {sum(counts.values()):,}."


def _by_name(now: Reading, counted: Sequence[Counted], name: Callable[[Counted], str]) -> list[Series]:
    """A series each of the most frequent names, and one of all others."""
    totals = _totals(counted, name)
    kept = [each for each, _ in totals.most_common(MOST_SERIES)]
    series = [
        Series(each, colour, now.totals(row for row in counted if name(row) == each))
        for each, colour in zip(kept, COLOURS, strict=False)
    ]
    if len(totals) > len(kept):
        rest = now.totals(row for row in counted if name(row) not in kept)
        series.append(Series(OTHER, COLOURS[MOST_SERIES], rest))
    return series


def _totals(counted: Iterable[Counted], name: Callable[[Counted], str]) -> Counter[str]:
    totals: Counter[str] = Counter()
    for each in counted:
        totals[name(each)] += each.number
    return totals


def _most(what: str, counted: Sequence[Counted], name: Callable[[Counted], str]) -> str:
    totals = _totals(counted, name)
    total, (most, number) = totals.total(), totals.most_common(1)[0]
    return f"{total:,} {what}{'s' if total > 1 else ''}; most of {most} ({number:,})."


def _busiest(now: Reading, counted: Iterable[Counted]) -> str:
    values = now.totals(counted)
    most = max(values)
    return f"Busiest {_at(now.times[values.index(most)])}: {most:,}."


def _at(at: datetime) -> str:
    return f"{at.day} {at:%b %H:%M} UTC"
