"""The short form of benchmarks/broadcasts.py: real workers, killed."""

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
def test_a_broadcast_survives_its_workers_and_reaches_exactly_those_it_claims(
    migrated_database: LiveDatabase, kind: str
) -> None:
    command = [sys.executable, "-m", "benchmarks.broadcasts", "--players", "5000", "--rate", "2000"]
    if isinstance(migrated_database, SqliteFile):
        command += ["--migrated", str(migrated_database.file)]
    done = subprocess.run(
        [*command, "--backend", kind], cwd=ROOT, capture_output=True, text=True, check=False, timeout=240
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for step in ("paused at", "killed at", "aborted at", "players up to the last one"):
        assert step in done.stdout
