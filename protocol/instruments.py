"""What Flint counts: plain numbers in memory, made into text (realtime.exposition) when somebody asks.

An instrument is changed on the event loop's thread alone, so it needs no lock: that and the plain lists make
it cost a quarter of prometheus_client's own, on a path where a message has 150 µs.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Any, Generic, Literal, TypeVar

Labels = tuple[str, ...]
Value = float | list[float]  # a histogram's: the count of each bucket, the last one unbounded, then the sum
Values = dict[Labels, Value]
V = TypeVar("V", float, list[float])

MOST_LABELS = 1000  # sets of label values of one instrument; what comes after is counted as OTHER
OTHER = "other"
LATENCIES = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
SIZES = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0)


class Instrument(Generic[V]):
    """One metric, named as Prometheus wants it. `labels` have few values, and none that strangers choose."""

    kind: Literal["counter", "gauge", "histogram"]
    across: Literal["sum", "max"] = "sum"  # what several processes' values come to

    def __init__(self, name: str, help: str, labels: Sequence[str] = ()) -> None:
        if name in INSTRUMENTS:
            raise ValueError(f"{name} is there already")
        self.name, self.help, self.labels = name, help, tuple(labels)
        self.values: dict[Labels, V] = {}
        INSTRUMENTS[name] = self

    def _admitted(self, labels: Labels) -> Labels:
        if len(labels) != len(self.labels):
            raise ValueError(f"{self.name} has the labels {self.labels}, not {labels}")
        return labels if len(self.values) < MOST_LABELS else (OTHER,) * len(labels)


INSTRUMENTS: dict[str, Instrument[Any]] = {}


class Counter(Instrument[float]):
    """Only grows. Its name ends in `_total`. `known` label values are there from the start, with 0."""

    kind = "counter"

    def __init__(self, name: str, help: str, labels: Sequence[str] = (), known: Iterable[str] = ()) -> None:
        super().__init__(name, help, labels)
        for value in known:
            self.values[(value,)] = 0
        if not labels:
            self.values[()] = 0

    def inc(self, *labels: str, by: float = 1) -> None:
        try:
            self.values[labels] += by
        except KeyError:
            labels = self._admitted(labels)
            self.values[labels] = self.values.get(labels, 0) + by

    def reach(self, total: float) -> None:
        """Take over a total that somebody else counts."""
        self.values[()] = total


class Gauge(Instrument[float]):
    """Goes up and down. Of several processes that look at the same thing, the largest counts: `across`."""

    kind = "gauge"

    def __init__(
        self, name: str, help: str, labels: Sequence[str] = (), across: Literal["sum", "max"] = "sum"
    ) -> None:
        super().__init__(name, help, labels)
        self.across = across

    def set(self, value: float, *labels: str) -> None:
        if labels not in self.values:
            labels = self._admitted(labels)
        self.values[labels] = float(value)  # a bool would travel as one

    def add(self, change: float, *labels: str) -> None:
        self.set(self.values.get(labels, 0) + change, *labels)


class Histogram(Instrument[list[float]]):
    kind = "histogram"

    def __init__(
        self, name: str, help: str, labels: Sequence[str] = (), bounds: Sequence[float] = LATENCIES
    ) -> None:
        super().__init__(name, help, labels)
        self.bounds = bounds

    def observe(self, value: float, *labels: str, times: int = 1) -> None:
        """`times` things of one batch had this value."""
        try:
            held = self.values[labels]
        except KeyError:
            held = self.values.setdefault(self._admitted(labels), [0] * (len(self.bounds) + 2))
        held[bisect_left(self.bounds, value)] += times
        held[-1] += value * times

    def series(self, *labels: str) -> "Series":
        """The part with these label values, for those who observe it thousands of times a second."""
        return Series(self.bounds, self.values.setdefault(labels, [0] * (len(self.bounds) + 2)))


class Series:
    """Some label values of a histogram."""

    __slots__ = ("_bounds", "_held")

    def __init__(self, bounds: Sequence[float], held: list[float]) -> None:
        self._bounds = bounds
        self._held = held

    def observe(self, value: float, times: int = 1) -> None:
        self._held[bisect_left(self._bounds, value)] += times
        self._held[-1] += value * times
