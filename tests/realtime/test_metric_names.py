"""Every metric's name, unit, labels and help are as Prometheus' conventions have them."""

import re
from typing import Any

import pytest

from protocol.instruments import INSTRUMENTS, Histogram, Instrument
from realtime.exposition import load_instruments, render
from realtime.metric_files import Totals
from tests.prometheus import promtool

load_instruments()

FOREIGN_UNITS = re.compile(
    r"_(ms|milliseconds|us|minutes|hours|days|kb|kilobytes|mb|percent|count|sum|bucket)\b"
)
RESERVED_LABELS = {"le", "quantile", "job", "instance"}


@pytest.mark.parametrize("instrument", INSTRUMENTS.values(), ids=INSTRUMENTS.keys())
def test_metric_is_named_as_convention_has_it(instrument: Instrument[Any]) -> None:
    name = instrument.name
    assert re.fullmatch(r"flint_[a-z]+(_[a-z]+)*", name)
    assert name.endswith("_total") == (instrument.kind == "counter")
    assert not FOREIGN_UNITS.search(name.removesuffix("_total"))
    assert re.fullmatch(r"[A-Z0-9].*\.", instrument.help)
    assert all(re.fullmatch(r"[a-z]+", label) for label in instrument.labels)
    assert RESERVED_LABELS.isdisjoint(instrument.labels)
    if isinstance(instrument, Histogram):
        assert list(instrument.bounds) == sorted(set(instrument.bounds))


def test_no_label_can_hold_a_player() -> None:
    labels = {label for instrument in INSTRUMENTS.values() for label in instrument.labels}
    assert labels == {
        *("batcher", "code", "database", "kind", "outcome", "part", "provider", "python", "request", "step"),
        "version",
    }


def test_promtool_finds_nothing_to_say() -> None:
    everything: Totals = {
        name: {("x",) * len(instrument.labels): _any_value(instrument)}
        for name, instrument in INSTRUMENTS.items()
    }
    text, _ = render(everything, "text/plain")
    promtool("check", "metrics", text=text.decode())


def _any_value(instrument: Instrument[Any]) -> float | list[float]:
    return [0.0] * (len(instrument.bounds) + 2) if isinstance(instrument, Histogram) else 1.0
