import pytest

from benchmarks.catalogue import MEASURES
from benchmarks.figures import FIGURES, figure_of, scaled
from benchmarks.sections import SECTIONS


@pytest.mark.parametrize(
    ("number", "name"),
    [(50, "sockets_p50_ms_50"), (1000, "sockets_p50_ms_1k"), (10_000_000, "sockets_p50_ms_10m")],
)
def test_a_point_of_a_curve_has_a_name_that_leads_back_to_it(number: int, name: str) -> None:
    assert scaled("sockets_p50_ms", number) == name
    assert figure_of(name) == (FIGURES["sockets_p50_ms"], number)


def test_a_figure_of_its_own_has_no_size() -> None:
    assert figure_of("fanout_ratio") == (FIGURES["fanout_ratio"], None)
    with pytest.raises(KeyError):
        figure_of("nothing_1k")


def test_floors_differ_where_sqlite_is_another_thing() -> None:
    rate, ratio, messages = (
        FIGURES[name] for name in ("fanout_rate", "fanout_ratio", "request_message_rate")
    )
    assert (rate.floor_on("postgresql"), rate.floor_on("sqlite")) == (30_000, None)
    assert (ratio.floor_on("postgresql"), ratio.floor_on("sqlite")) == (0.6, 0.5)
    assert messages.floor_on("sqlite") == 5000


def test_a_latency_is_met_below_its_floor_and_a_rate_above() -> None:
    assert FIGURES["request_message_p50_ms"].met(2, "sqlite")
    assert not FIGURES["request_message_p50_ms"].met(2.1, "sqlite")
    assert FIGURES["connects_per_second"].met(800, "sqlite")
    assert not FIGURES["connects_per_second"].met(1199, "postgresql")
    assert FIGURES["fanout_vs_ws"].met(0, "postgresql")


def test_every_figure_is_measured_and_shown_once() -> None:
    shown = [name for section in SECTIONS for name in section.figures]
    assert sorted(shown) == sorted(FIGURES)
    for name in FIGURES:
        assert sum(any(name.startswith(part) for part in each.names) for each in MEASURES) == 1, name
