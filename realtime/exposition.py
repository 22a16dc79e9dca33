"""Instruments as the text that Prometheus reads."""

import importlib
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

from django.utils.module_loading import autodiscover_modules
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from protocol.instruments import INSTRUMENTS, Histogram, Instrument, Values
from realtime.metric_files import Totals


def load_instruments() -> None:
    """Import every app's, so that all are there before anything happens."""
    importlib.import_module("protocol.metrics")
    autodiscover_modules("metrics")


def render(totals: Totals, accept: str) -> tuple[bytes, str]:
    """The text and its content type, in the format that the scraper's Accept header asks for."""
    encode, content_type = choose_encoder(accept)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Totals(totals))
    return encode(registry), content_type


class _Totals(Collector):
    def __init__(self, totals: Totals) -> None:
        self._totals = totals

    def collect(self) -> Iterator[Metric]:
        for name, values in sorted(self._totals.items()):
            yield _family(INSTRUMENTS[name], values)


def _family(instrument: Instrument[Any], values: Values) -> Metric:
    if isinstance(instrument, Histogram):
        return _histogram(instrument, values)
    kind = CounterMetricFamily if instrument.kind == "counter" else GaugeMetricFamily
    family = kind(instrument.name, instrument.help, labels=instrument.labels)
    for labels, value in sorted(values.items()):
        assert not isinstance(value, list), "only a histogram holds lists"
        family.add_metric(labels, value)
    return family


def _histogram(instrument: Histogram, values: Values) -> Metric:
    family = HistogramMetricFamily(instrument.name, instrument.help, labels=instrument.labels)
    bounds = [*[f"{bound:g}" for bound in instrument.bounds], "+Inf"]
    for labels, value in sorted(values.items()):
        assert isinstance(value, list), "a histogram holds lists"
        *counts, total = value
        family.add_metric(labels, list(zip(bounds, accumulate(counts), strict=True)), total)
    return family
