"""Prometheus' own programs, for the tests of metrics, alerts and dashboards (bin/prometheus fetches them)."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MISSING = "no prometheus and promtool: run bin/prometheus, or install them"


def program(name: str) -> str:
    """The path of `prometheus` or `promtool`. The test is skipped where there is none, and fails under CI."""
    unpacked = ROOT / ".venv/prometheus/usr/bin" / name
    found = str(unpacked) if unpacked.exists() else shutil.which(name)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    return found


def promtool(*arguments: str, text: str = "") -> None:
    """Fails with what promtool says, unless it says nothing is wrong."""
    done = subprocess.run(
        [program("promtool"), *arguments], input=text, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
