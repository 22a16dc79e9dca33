"""What was counted of a stage, for pages: by time and key, from the rows of tally_rows alone."""

from collections.abc import Collection
from typing import NamedTuple

from django.db.models import F, QuerySet, Sum

from realtime.models import StageTally


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
    rows = StageTally.objects.filter(stage=stage_id, span=StageTally.Span.MINUTE, at_ms__gte=since_ms)
    return [Counted(*row) for row in rows.values_list("at_ms", "measure", "name", "code", "number")]


def _rows(stage_id: int, window: Window, measures: Collection[str]) -> "QuerySet[StageTally]":
    return StageTally.objects.filter(
        stage=stage_id,
        span=window.span,
        at_ms__gte=window.since_ms,
        at_ms__lt=window.until_ms,
        measure__in=measures,
    )
