import xml.etree.ElementTree as ET

import pytest

from benchmarks.plots import Bar, bars, lines, number

SVG = "{http://www.w3.org/2000/svg}"


def _texts(plot: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(plot).iter(f"{SVG}text")]


def test_bars_are_as_long_as_their_values_and_say_them() -> None:
    plot = bars("Fan-out", "deliveries/s", [Bar("Flint <3", 200, 100, 300), Bar("peer", 50, 50, 50, False)])
    widths = [float(rect.attrib["width"]) for rect in ET.fromstring(plot).iter(f"{SVG}rect")][1:]
    assert widths[0] == pytest.approx(4 * widths[1], abs=0.2)
    assert _texts(plot) == ["Fan-out, deliveries/s", "Flint <3", "200", "peer", "50"]


def test_a_value_below_nothing_has_no_bar() -> None:
    plot = bars("Latency", "ms", [Bar("added", -0.5, -1, 0)])
    assert [float(rect.attrib["width"]) for rect in ET.fromstring(plot).iter(f"{SVG}rect")][1:] == [0]
    assert "-0.50" in _texts(plot)


def test_lines_place_points_by_the_logarithm_of_their_size() -> None:
    plot = lines("Scale", "messages", "ms", {"inbox": [(10, 1.0), (100, 3.0), (1000, 5.0)]})
    circles = list(ET.fromstring(plot).iter(f"{SVG}circle"))
    xs, ys = ([float(circle.attrib[name]) for circle in circles] for name in ("cx", "cy"))
    assert xs[1] - xs[0] == pytest.approx(xs[2] - xs[1], abs=0.2)
    assert ys[0] - ys[1] == pytest.approx(ys[1] - ys[2], abs=0.2)
    assert _texts(plot)[-1] == "inbox"


def test_many_samples_are_a_line_over_time() -> None:
    plot = lines("Soak", "minutes", "MB", {"memory": [(0, 90.0), (30, 95.0), (60, 91.0)]}, marked=False)
    assert not list(ET.fromstring(plot).iter(f"{SVG}circle"))
    (line,) = ET.fromstring(plot).iter(f"{SVG}polyline")
    xs = [float(point.partition(",")[0]) for point in line.attrib["points"].split()]
    assert xs[1] - xs[0] == pytest.approx(xs[2] - xs[1], abs=0.2)
    assert "60" in _texts(plot)


@pytest.mark.parametrize(
    ("value", "told"), [(12345.6, "12,346"), (100, "100"), (3, "3"), (0.456, "0.46"), (99.999, "100.00")]
)
def test_numbers_are_told_as_they_are_read(value: float, told: str) -> None:
    assert number(value) == told
