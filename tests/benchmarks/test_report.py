from pathlib import Path

import pytest

from benchmarks.backends import Sqlite
from benchmarks.measures.measured import Figures, Measured, ratio
from benchmarks.report import write_readme, write_report
from benchmarks.results import Result, Results

MEMORY = "the same fan-out from memory"
FIGURES: Figures = {
    "fanout_rate": Measured([20_000, 30_000, 25_000], MEMORY, [50_000] * 3),
    "fanout_ratio": ratio([20_000, 30_000, 25_000], MEMORY, [100_000] * 3),
    "fanout_vs_channels": ratio([30_000], "Channels groups (pubsub layer), channels 4", [2000]),
    "stored_inbox_ms_1k": Measured([1.5]),
    "stored_inbox_ms_1m": Measured([2.0]),
}


@pytest.fixture
def results(tmp_path: Path) -> list[Result]:
    results = Results(tmp_path / "benchmarks.json")
    results.add(FIGURES, Sqlite())
    return results.all()


def test_report_says_what_was_measured_beside_what_and_what_was_missed(
    results: list[Result], tmp_path: Path
) -> None:
    write_report(results, tmp_path / "benchmarks.md")
    rows = [line for line in (tmp_path / "benchmarks.md").read_text().splitlines() if line.startswith("|")]
    assert (
        "| one stored message to 5,000 sockets (`fanout_rate`) | SQLite | – | – | 25,000 deliveries/s "
        "| 20,000 to 30,000, 3 rounds | the same fan-out from memory: 50,000 |"
    ) in rows
    assert (
        "| … as a share of a fan-out from memory (`fanout_ratio`) | SQLite | ≥ 0.50 | ≥ 0.70 "
        "| 0.25 × **MISSED** by 2.00 × | 0.20 to 0.30, 3 rounds | the same fan-out from memory: 100,000 |"
    ) in rows
    assert (
        "| read the inbox, p50, 1,000,000 (`stored_inbox_ms_1m`) | SQLite | – | – | 2 ms | 1 round |  |"
        in rows
    )


def test_report_has_a_plot_for_each_of_its_tables(results: list[Result], tmp_path: Path) -> None:
    write_report(results, tmp_path / "benchmarks.md")
    page = (tmp_path / "benchmarks.md").read_text()
    plots = sorted(file.name for file in (tmp_path / "benchmarks").iterdir())
    assert plots == ["fanout.svg", "stored.svg"]
    assert all(f"](benchmarks/{name})" in page for name in plots)
    fanout = (tmp_path / "benchmarks" / "fanout.svg").read_text()
    for label in (
        "Flint, stored, SQLite",
        "the same fan-out from memory, SQLite",
        "Channels groups (pubsub layer)",
    ):
        assert f">{label}<" in fanout


def test_readme_tells_what_has_a_floor_between_its_marks(results: list[Result], tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("before\n<!-- figures -->\nold\n<!-- /figures -->\nafter\n")
    write_readme(results, readme)
    text = readme.read_text()
    assert text.startswith("before\n<!-- figures -->\n| | SQLite | PostgreSQL, Redis |\n")
    assert text.endswith("<!-- /figures -->\nafter\n")
    assert "| as a share of a fan-out from memory | 0.25 × **MISSED** by 2.00 × |  |" in text
    assert "old" not in text
    assert "inbox" not in text, "points of a curve are for the report"
