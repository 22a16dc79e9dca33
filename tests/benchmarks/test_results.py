import json
from pathlib import Path

from benchmarks.backends import Sqlite
from benchmarks.measures.measured import Measured, ratio
from benchmarks.results import Results

OBJECT = [
    "name",
    "value",
    "unit",
    "floor",
    "peer",
    "peerValue",
    "ratio",
    "rounds",
    "spread",
    "backend",
    "commit",
    "date",
    "machine",
]


def test_a_result_is_the_median_with_its_spread_and_its_peers(tmp_path: Path) -> None:
    results = Results(tmp_path / "benchmarks.json")
    results.add({"fanout_rate": Measured([3000, 1000, 2000], "memory", [4000, 4000, 5000])}, Sqlite())
    (written,) = json.loads((tmp_path / "benchmarks.json").read_text())
    assert list(written) == OBJECT
    assert (written["value"], written["spread"], written["rounds"]) == (2000, [1000, 3000], 3)
    assert (written["peer"], written["peerValue"], written["ratio"]) == ("memory", 4000, 0.5)
    assert (written["backend"], written["floor"]) == ("sqlite", None)
    assert "SQLite 3." in written["machine"]


def test_a_ratio_is_of_its_own_round(tmp_path: Path) -> None:
    measured = ratio([100, 300], "peer", [50, 100])
    assert list(measured.values) == [2, 3]
    results = Results(tmp_path / "benchmarks.json")
    results.add({"fanout_ratio": measured}, Sqlite())
    (written,) = results.all()
    assert (written["value"], written["ratio"]) == (2.5, 2.5)


def test_what_is_not_measured_again_stays(tmp_path: Path) -> None:
    file = tmp_path / "benchmarks.json"
    Results(file).add({"fanout_rate": Measured([1]), "kb_per_socket": Measured([11])}, Sqlite())
    later = Results(file)
    later.add({"fanout_rate": Measured([2]), "request_message_rate": Measured([5])}, Sqlite())
    values = {each["name"]: each["value"] for each in json.loads(file.read_text())}
    assert values == {"request_message_rate": 5, "fanout_rate": 2, "kb_per_socket": 11}
    assert list(values) == ["request_message_rate", "fanout_rate", "kb_per_socket"]


def test_a_figure_that_is_no_more_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / "benchmarks.json"
    file.write_text(json.dumps([{"name": "former_figure", "backend": "sqlite"}]))
    assert Results(file).all() == []


def test_points_of_a_curve_stand_in_order_of_their_size(tmp_path: Path) -> None:
    results = Results(tmp_path / "benchmarks.json")
    points = {f"stored_inbox_ms_{size}": Measured([1]) for size in ("10m", "1k", "100k")}
    results.add(points, Sqlite())
    assert [each["name"] for each in results.all()] == [
        "stored_inbox_ms_1k",
        "stored_inbox_ms_100k",
        "stored_inbox_ms_10m",
    ]
