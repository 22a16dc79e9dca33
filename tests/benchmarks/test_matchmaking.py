"""The short form of benchmarks/matchmaking.py: two workers, and nobody in two matches."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests import backend
from tests.live_database import LiveDatabase, SqliteFile

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(backend.SQLITE, marks=pytest.mark.sqlite),
        pytest.param(backend.POSTGRESQL, marks=pytest.mark.postgresql),
    ],
)
@pytest.mark.parametrize("queries", ["same", "own"])
def test_everybody_is_matched_once_or_told_that_nobody_was_found(
    migrated_database: LiveDatabase, kind: str, queries: str
) -> None:
    command = [sys.executable, "-m", "benchmarks.matchmaking", "--players", "300", "--warm", "100"]
    command += ["--backend", kind, "--queries", queries]
    if isinstance(migrated_database, SqliteFile):
        command += ["--migrated", str(migrated_database.file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [line.split() for line in done.stdout.splitlines() if "the last has ended" in line]
    assert [row[-2] for row in rows] == ["0"]  # nobody waits any more
