"""The short form of benchmarks/matchmaking.py: two workers, and nobody in two matches."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests import backend

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(backend.SQLITE, marks=pytest.mark.sqlite),
        pytest.param(backend.POSTGRESQL, marks=pytest.mark.postgresql),
    ],
)
@pytest.mark.parametrize("queries", ["same", "own"])
def test_everybody_is_matched_once_or_told_that_nobody_was_found(kind: str, queries: str) -> None:
    command = [sys.executable, "-m", "benchmarks.matchmaking", "--players", "300", "--queries", queries]
    done = subprocess.run(
        [*command, "--backend", kind], cwd=ROOT, capture_output=True, text=True, check=False, timeout=240
    )
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [line.split() for line in done.stdout.splitlines() if "the last has ended" in line]
    assert [row[-2] for row in rows] == ["0"]  # nobody waits any more
