"""Counters, gauges and histograms as plain numbers."""

from collections.abc import Iterator

import pytest

from protocol import instruments
from protocol.instruments import INSTRUMENTS, MOST_LABELS, Counter, Gauge, Histogram


@pytest.fixture(autouse=True)
def own_instruments(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a test makes is not among the server's own."""
    monkeypatch.setattr(instruments, "INSTRUMENTS", {})
    return


def test_counter_counts_by_label_values() -> None:
    counter = Counter("flint_things_total", "Things.", ["kind"], known=["rare"])
    counter.inc("often")
    counter.inc("often", by=2)
    assert counter.values == {("rare",): 0, ("often",): 3}


def test_counter_without_labels_starts_at_zero_and_takes_totals_over() -> None:
    counter = Counter("flint_things_total", "Things.")
    assert counter.values == {(): 0}
    counter.inc()
    counter.reach(7.5)
    assert counter.values == {(): 7.5}


def test_gauge_is_set_and_added_to() -> None:
    gauge = Gauge("flint_things", "Things.", ["kind"])
    gauge.add(1, "a")
    gauge.add(-3, "a")
    gauge.set(5, "b")
    assert gauge.values == {("a",): -2, ("b",): 5}


def test_histogram_puts_a_value_into_the_bucket_whose_bound_it_does_not_pass() -> None:
    histogram = Histogram("flint_things_seconds", "Things.", bounds=(1.0, 5.0))
    for value in (0.5, 1.0, 1.5, 6.0):
        histogram.observe(value)
    histogram.observe(2.0, times=10)
    assert histogram.values == {(): [2, 11, 1, 29.0]}


def test_labels_are_counted() -> None:
    counter = Counter("flint_things_total", "Things.", ["kind"])
    with pytest.raises(ValueError, match=r"flint_things_total has the labels \('kind',\), not \(\)"):
        counter.inc()


def test_endless_label_values_end_as_others() -> None:
    counter = Counter("flint_things_total", "Things.", ["kind"])
    histogram = Histogram("flint_things_seconds", "Things.", ["kind"], bounds=(1.0,))
    for number in range(MOST_LABELS + 5):
        counter.inc(str(number))
        histogram.observe(0.5, str(number))
    assert (len(counter.values), counter.values[("other",)]) == (MOST_LABELS + 1, 5)
    assert (len(histogram.values), histogram.values[("other",)]) == (MOST_LABELS + 1, [5, 0, 2.5])
    counter.inc("7")
    assert counter.values[("7",)] == 2


def test_names_are_taken_once() -> None:
    Gauge("flint_things", "Things.")
    with pytest.raises(ValueError, match="flint_things is there already"):
        Gauge("flint_things", "Things.")
    assert INSTRUMENTS.keys() != {"flint_things"}
