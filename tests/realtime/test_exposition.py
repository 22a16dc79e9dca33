"""The text that Prometheus reads."""

from messaging import metrics
from protocol.instruments import LATENCIES
from realtime.exposition import render
from realtime.metric_files import Totals

TOTALS: Totals = {
    metrics.handshakes.name: {("accepted",): 3},
    "flint_workers": {(): 2},
    "flint_event_loop_lag_seconds": {(): [5, 1, *[0] * (len(LATENCIES) - 2), 2, 30.5]},
}
LAG = "flint_event_loop_lag_seconds"


def lines(accept: str = "") -> list[str]:
    text, _ = render(TOTALS, accept)
    return text.decode().splitlines()


def test_counters_and_gauges_are_written_with_their_labels() -> None:
    written = lines()
    assert "# TYPE flint_handshakes_total counter" in written
    assert 'flint_handshakes_total{outcome="accepted"} 3.0' in written
    assert "# TYPE flint_workers gauge" in written
    assert "flint_workers 2.0" in written


def test_histograms_are_cumulative() -> None:
    written = [line for line in lines() if line.startswith(LAG)]
    assert written[0] == f'{LAG}_bucket{{le="0.001"}} 5.0'
    assert written[1] == f'{LAG}_bucket{{le="0.0025"}} 6.0'
    assert written[-4:] == [
        f'{LAG}_bucket{{le="10"}} 6.0',
        f'{LAG}_bucket{{le="+Inf"}} 8.0',
        f"{LAG}_count 8.0",
        f"{LAG}_sum 30.5",
    ]


def test_scraper_chooses_the_format() -> None:
    assert render(TOTALS, "text/plain")[1] == "text/plain; version=0.0.4; charset=utf-8"
    text, content_type = render(TOTALS, "application/openmetrics-text;version=1.0.0,text/plain;q=0.5")
    assert content_type.startswith("application/openmetrics-text")
    assert text.endswith(b"# EOF\n")
