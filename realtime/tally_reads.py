"""What was counted of a stage, for pages: by time and key, from the rows of tally_rows alone."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import NamedTuple

from django.db.models import F, QuerySet, Sum

from realtime.models import StageTally
from realtime.tally import MINUTE_MS, ONLINE, minute_of
from realtime.tally_rows import HOUR_MS

Span = StageTally.Span


class Window(NamedTuple):
    """From `since_ms` until before `until_ms`, which are multiples of `step_ms`, by rows of a span."""

    span: str
    since_ms: int
    until_ms: int
    step_ms: int

    @property
    def steps(self) -> list[int]:
        """When each began."""
        return list(range(self.since_ms, self.until_ms, self.step_ms))

    @property
    def before(self) -> "Window":
        """The window of the same length that ended when this one began."""
        return self._replace(since_ms=2 * self.since_ms - self.until_ms, until_ms=self.since_ms)


class Counted(NamedTuple):
    at_ms: int
    measure: str
    name: str
    code: str
    number: int


def sums(stage_id: int, window: Window, measures: Collection[str]) -> list[Counted]:
    """Of each step and key what its rows add up to; nothing of steps where nothing was counted."""
    found = _rows(stage_id, window, measures).annotate(step=F("at_ms") - F("at_ms") % window.step_ms)
    return [
        Counted(*row)
        for row in found.values_list("step", "measure", "name", "code")
        .annotate(total=Sum("number"))
        .order_by("step", "measure", "name", "code")
    ]


def peaks(stage_id: int, window: Window, measure: str) -> dict[int, int]:
    """The largest number of each step. Of processes that held some at once it is what they held together."""
    found = _rows(stage_id, window, [measure]).values_list("at_ms").annotate(total=Sum("number"))
    largest: dict[int, int] = {}
    for at_ms, total in found.order_by("at_ms"):
        step = at_ms - at_ms % window.step_ms
        largest[step] = max(total, largest.get(step, 0))
    return largest


def latest(stage_id: int, since_ms: int) -> list[Counted]:
    """The minutes' rows from then on, as they are."""
    rows = StageTally.objects.filter(stage=stage_id, span=Span.MINUTE, at_ms__gte=since_ms)
    return [Counted(*row) for row in rows.values_list("at_ms", "measure", "name", "code", "number")]


def totals(stage_ids: Collection[int], measure: str, since_ms: int, now_ms: int) -> dict[int, int]:
    """What was counted at each of the stages since then, to the minute, by one statement.

    Of hours that are surely gathered their one row a key; minutes of what is before and after those.
    """
    first = since_ms + -since_ms % HOUR_MS
    last = max(first, now_ms - now_ms % HOUR_MS - HOUR_MS)
    rows = StageTally.objects.filter(stage__in=stage_ids, measure=measure)
    parts = [
        rows.filter(span=span, at_ms__gte=begin, at_ms__lt=end)
        .values_list("stage")
        .annotate(total=Sum("number"))
        .order_by()
        for span, begin, end in (
            (Span.MINUTE, minute_of(since_ms), first),
            (Span.HOUR, first, last),
            (Span.MINUTE, last, now_ms + 1),
        )
    ]
    found: Counter[int] = Counter()
    for stage_id, total in parts[0].union(*parts[1:], all=True):
        found[stage_id] += total
    return found


def players_online(stage_ids: Collection[int], now_ms: int) -> dict[int, int]:
    """How many players each of the stages has now, by one statement."""
    minutes = (minute_of(now_ms) - MINUTE_MS, minute_of(now_ms))
    rows = StageTally.objects.filter(span=Span.MINUTE, at_ms__in=minutes, stage__in=stage_ids, measure=ONLINE)
    held: dict[int, dict[int, int]] = {}
    for stage_id, at_ms, total in rows.values_list("stage", "at_ms").annotate(total=Sum("number")).order_by():
        held.setdefault(stage_id, {})[at_ms] = total
    return {stage_id: latest_minute(each, now_ms) for stage_id, each in held.items()}


def latest_minute(held: Mapping[int, int], now_ms: int) -> int:
    """Of the minute that is under way, or of the one before where no process has written this one yet."""
    minute = minute_of(now_ms)
    return held.get(minute, 0) or held.get(minute - MINUTE_MS, 0)


def _rows(stage_id: int, window: Window, measures: Collection[str]) -> "QuerySet[StageTally]":
    return StageTally.objects.filter(
        stage=stage_id,
        span=window.span,
        at_ms__gte=window.since_ms,
        at_ms__lt=window.until_ms,
        measure__in=measures,
    )
