import subprocess
import sys

from benchmarks.server import ROOT


def test_a_figure_is_measured_over_the_real_server() -> None:
    """Tiny, so that the programs do not rot; what it says of speed means nothing."""
    command = [
        sys.executable,
        "-m",
        "benchmarks",
        "--smoke",
        "--backend",
        "sqlite",
        "--only",
        "request_message_p50",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "sender to recipient at 500/s, p50 (`request_message_p50_ms`) | SQLite |" in done.stdout


def test_a_name_that_no_figure_has_is_an_error() -> None:
    command = [sys.executable, "-m", "benchmarks", "--only", "nonsense"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "no figure's name contains 'nonsense'\n")
