"""Numbers of several processes behind one address."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from protocol import instruments
from protocol.instruments import Counter, Gauge, Histogram
from realtime import metric_files
from realtime.metric_files import Totals, fold, own, totals, write

SIBLING = """
import sys
from protocol.instruments import Counter, Gauge, Histogram

Counter("flint_things_total", "", ["kind"]).inc("a", by=10)
Gauge("flint_open", "").set(4)
Gauge("flint_age_seconds", "", across="max").set(9)
Histogram("flint_wait_seconds", "", bounds=(1.0,)).observe(0.5)

from django.conf import settings
from realtime import metric_files

settings.configure(METRICS_DIR=sys.argv[1], NODE=sys.argv[2])
metric_files.write()
print("written", flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """This process counts the same things as its siblings, and no others."""
    own_instruments: dict[str, instruments.Instrument[Any]] = {}
    monkeypatch.setattr(instruments, "INSTRUMENTS", own_instruments)
    monkeypatch.setattr(metric_files, "INSTRUMENTS", own_instruments)
    Counter("flint_things_total", "", ["kind"]).inc("a")
    Gauge("flint_open", "").set(1)
    Gauge("flint_age_seconds", "", across="max").set(3)
    Histogram("flint_wait_seconds", "", bounds=(1.0,)).observe(2.5)
    settings.METRICS_DIR = str(tmp_path)
    return tmp_path


class Sibling:
    """Another process that counted ten things and lives until it is told to end."""

    def __init__(self, folder: Path, node: str) -> None:
        command = [sys.executable, "-c", SIBLING, str(folder), node]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        assert self.process.stdout.readline() == "written\n"

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


ALONE: Totals = {
    "flint_things_total": {("a",): 1},
    "flint_open": {(): 1},
    "flint_age_seconds": {(): 3},
    "flint_wait_seconds": {(): [0, 1, 2.5]},
}
TOGETHER: Totals = {
    "flint_things_total": {("a",): 11},
    "flint_open": {(): 5},
    "flint_age_seconds": {(): 9},
    "flint_wait_seconds": {(): [1, 1, 3.0]},
}
AFTER_ITS_DEATH: Totals = {**TOGETHER, "flint_open": {(): 1}, "flint_age_seconds": {(): 3}}


def test_process_without_a_folder_counts_alone(settings: Any) -> None:
    settings.METRICS_DIR = ""
    write()
    fold()
    assert totals(own()) == ALONE


def test_one_scrape_gives_the_sum_of_all(folder: Path) -> None:
    sibling = Sibling(folder, "second")
    write()  # its own file does not count twice
    assert totals(own()) == TOGETHER
    sibling.kill()


def test_dead_process_leaves_its_counts_but_no_gauges(folder: Path) -> None:
    Sibling(folder, "second").kill()
    assert totals(own()) == AFTER_ITS_DEATH


def test_process_that_hangs_loses_its_gauges(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sibling = Sibling(folder, "second")
    monkeypatch.setattr(metric_files, "STALE", -1.0)
    sums = totals(own())
    assert sums["flint_things_total"] == {("a",): 11}
    assert ("flint_open" in sums, sums["flint_open"]) == (True, {})
    sibling.kill()


def test_files_of_ended_processes_become_one(folder: Path) -> None:
    for node in ("second", "third"):
        Sibling(folder, node).kill()
    living = Sibling(folder, "fourth")
    fold()
    assert sorted(file.name for file in folder.iterdir()) == ["ended.json", "fourth.json", "lock"]
    fold()
    sums = totals(own())
    assert sums["flint_things_total"] == {("a",): 31}
    assert sums["flint_wait_seconds"] == {(): [3, 1, 4.0]}
    assert sums["flint_open"] == {(): 5}
    living.kill()
