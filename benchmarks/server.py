"""Starts the real server on a fresh SQLite database, pinned to one core; the load runs on the others."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet

ROOT = Path(__file__).resolve().parent.parent
SERVER_CORE = 0
STORING_NOTHING = "benchmarks.settings_storing_nothing"


@dataclass(frozen=True, slots=True)
class BenchServer:
    port: int
    pid: int
    players: dict[str, Any]

    def resident_kb(self) -> int:
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1])
        raise RuntimeError("no resident size in /proc")


def pin(pid: int, cores: set[int]) -> None:
    """Linux only; elsewhere the scheduler decides."""
    if hasattr(os, "sched_setaffinity") and cores <= os.sched_getaffinity(0) | cores:
        os.sched_setaffinity(pid, cores)


def load_cores() -> set[int]:
    cores = set(range(os.cpu_count() or 1)) - {SERVER_CORE}
    return cores or {SERVER_CORE}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(players: int, waiting: int = 0, settings: str = "portal.settings") -> Iterator[BenchServer]:
    folder = Path(tempfile.mkdtemp(prefix="flint-bench-"))
    env = {
        **os.environ,
        "FLINT_VAR": str(folder),
        "FLINT_DEBUG": "0",
        "FLINT_SECRET_KEY": "a key for measurements alone that is long enough for Django",
        "FLINT_CREDENTIAL_KEYS": Fernet.generate_key().decode(),
        "FLINT_LIMIT_SERVER_REQUESTS_PER_SECOND": "100000",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    env.pop("DATABASE_URL", None)
    run = [sys.executable, "manage.py"]
    port = free_port()
    process: subprocess.Popen[bytes] | None = None
    try:
        subprocess.run([*run, "migrate", "-v0"], cwd=ROOT, env=env, check=True)
        seeded = subprocess.run(
            [sys.executable, "-m", "benchmarks.seed", str(players), str(waiting)],
            cwd=ROOT, env=env, check=True, capture_output=True,
        )  # fmt: skip
        env["DJANGO_SETTINGS_MODULE"] = settings
        process = subprocess.Popen(
            [*run, "serve", "--port", str(port)], cwd=ROOT, env=env, stdout=subprocess.DEVNULL
        )
        pin(process.pid, {SERVER_CORE})
        _wait_ready(port)
        yield BenchServer(port, process.pid, json.loads(seeded.stdout))
    finally:
        if process is not None:
            process.terminate()
            process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_ready(port: int) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
