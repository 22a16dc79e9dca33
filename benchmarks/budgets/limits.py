"""How much a page may cost, by its kind, and what of a measured one is more."""

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Limits:
    """kB over the wire, requests, and milliseconds; `queries` are the database's for one answer."""

    kb: float
    requests: int
    usable_ms: float
    p95_ms: float
    queries: int
    long_task_ms: float = 100


TABLE = Limits(kb=180, requests=12, usable_ms=800, p95_ms=120, queries=12)
DASHBOARD = Limits(kb=210, requests=15, usable_ms=1000, p95_ms=200, queries=20)
EDITOR = Limits(kb=400, requests=18, usable_ms=1500, p95_ms=200, queries=20, long_task_ms=250)
# A query is edited as JSON too, by the same editor as a message's payloads.
EDITORS = ("message", "harness", "query", "query-new", "script")
KINDS = {**dict.fromkeys(EDITORS, EDITOR), "overview": DASHBOARD}
AGAIN_KB, AGAIN_REQUESTS, AGAIN_MS = 40.0, 4, 400.0
SHIFT = 0.02
TRACE_MS = 300.0
HEAP_MB, INPUT_MS = 20.0, 100.0


@dataclass(frozen=True, slots=True)
class Load:
    """One look at a page. `shift` is its cumulative layout shift, `long_task_ms` that after loading."""

    kb: float
    requests: int
    usable_ms: float
    shift: float
    long_task_ms: float


@dataclass(frozen=True, slots=True)
class Measured:
    """`first` is with an empty cache, `again` a later visit by the same browser."""

    page: str
    first: Load
    again: Load
    p95_ms: float
    queries: int


class Cell(NamedTuple):
    """A value and what it may be at most."""

    name: str
    value: float
    most: float

    @property
    def met(self) -> bool:
        return self.value <= self.most


def limits_of(page: str) -> Limits:
    """Of a page by its name, which may end with the number of one of its addresses."""
    name, _, number = page.rpartition("-")
    return KINDS.get(name if number.isdigit() else page, TABLE)


def cells(measured: Measured) -> list[Cell]:
    limits, first, again = limits_of(measured.page), measured.first, measured.again
    return [
        Cell("kB", first.kb, limits.kb),
        Cell("requests", first.requests, limits.requests),
        Cell("usable ms", first.usable_ms, limits.usable_ms),
        Cell("server p95 ms", measured.p95_ms, limits.p95_ms),
        Cell("queries", measured.queries, limits.queries),
        Cell("again kB", again.kb, AGAIN_KB),
        Cell("again requests", again.requests, AGAIN_REQUESTS),
        Cell("again usable ms", again.usable_ms, AGAIN_MS),
        Cell("layout shift", first.shift, SHIFT),
        Cell("long task ms", first.long_task_ms, limits.long_task_ms),
    ]
