"""What a page may cost, and how a page that costs more is told."""

from dataclasses import replace

import pytest

from benchmarks.budgets.harness import HarnessLoad
from benchmarks.budgets.limits import DASHBOARD, EDITOR, TABLE, Limits, Load, Measured, cells, limits_of
from benchmarks.budgets.report import further_cells, page

FIRST = Load(kb=180.0, requests=12, usable_ms=800.0, shift=0.02, long_task_ms=100.0)
AGAIN = Load(kb=40.0, requests=4, usable_ms=400.0, shift=0, long_task_ms=0)
PLAYERS = Measured("players", FIRST, AGAIN, p95_ms=120.0, queries=12)
HARNESS = HarnessLoad(seconds=300, messages=12_000, heap_mb=20.0, input_ms=100.0, rows=2000, picture_ms=16.7)


@pytest.mark.parametrize(
    ("name", "limits"),
    [
        ("players", TABLE),
        ("message", EDITOR),
        ("message-2", EDITOR),
        ("message-history", TABLE),
        ("overview", DASHBOARD),
    ],
)
def test_a_page_has_the_limits_of_its_kind(name: str, limits: Limits) -> None:
    assert limits_of(name) is limits


def test_what_is_at_its_limit_is_met() -> None:
    assert [cell.name for cell in cells(PLAYERS) if not cell.met] == []
    assert [cell.name for cell in further_cells(300.0, 10, HARNESS) if not cell.met] == []


@pytest.mark.parametrize(
    ("over", "name"),
    [
        (replace(PLAYERS, first=replace(FIRST, kb=180.1)), "kB"),
        (replace(PLAYERS, first=replace(FIRST, requests=13)), "requests"),
        (replace(PLAYERS, first=replace(FIRST, usable_ms=801)), "usable ms"),
        (replace(PLAYERS, first=replace(FIRST, shift=0.021)), "layout shift"),
        (replace(PLAYERS, first=replace(FIRST, long_task_ms=101)), "long task ms"),
        (replace(PLAYERS, again=replace(AGAIN, kb=41)), "again kB"),
        (replace(PLAYERS, again=replace(AGAIN, requests=5)), "again requests"),
        (replace(PLAYERS, again=replace(AGAIN, usable_ms=401)), "again usable ms"),
        (replace(PLAYERS, p95_ms=121), "server p95 ms"),
        (replace(PLAYERS, queries=13), "queries"),
    ],
)
def test_each_value_may_be_over(over: Measured, name: str) -> None:
    assert [cell.name for cell in cells(over) if not cell.met] == [name]
    told = page([over], [], ["here"], 100_000, 1_000_000, 3)
    assert told.count("**MISSED**") == 2  # in the head too


def test_the_page_says_what_was_measured() -> None:
    told = page([PLAYERS], further_cells(300.4, 10_000_000, HARNESS), ["2 cores"], 100_000, 1_000_000, 3)
    assert "| players | 180 ≤ 180 ● | 12 ≤ 12 ● | 800 ≤ 800 ● | 120 ≤ 120 ● | 12 ≤ 12 ● |" in told
    assert "| trace of one message among 10,000,000 copies, server p95 ms | 300.4 ≤ 300 **MISSED** |" in told
    assert "four players in 300 s: heap grown by, MB | 20 ≤ 20 ● |" in told
    assert told.endswith("- 2 cores\n")
