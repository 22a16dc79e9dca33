"""Starts the real server on a database of its own, pinned to its cores; the load runs on the others."""

import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.fernet import Fernet

from benchmarks.cores import SERVER_CORE, load_cores, pin, server_cores
from bin.services import free_port

ROOT = Path(__file__).resolve().parent.parent
PRODUCT = "portal.settings"
STORING_NOTHING = "benchmarks.settings_storing_nothing"
BY_ORM = "benchmarks.settings_by_orm"
READY_WITHIN = 60.0
STOP_WITHIN = 30.0
KEYS = {
    "FLINT_SECRET_KEY": "a key for measurements alone, long enough for Django",
    "FLINT_CREDENTIAL_KEYS": Fernet.generate_key().decode(),
}
# Every limit there is: what is measured is the server, not how it refuses a load from one address.
LIMITS = set(re.findall(r"FLINT_LIMIT_\w+", (ROOT / "portal" / "settings.py").read_text()))
UNLIMITED = dict.fromkeys(LIMITS, "1000000")


def environment(folder: Path, database_url: str, extra: Mapping[str, str]) -> dict[str, str]:
    """Of a server, and of the commands that prepare its database."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("FLINT_")}
    inherited.pop("REDIS_URL", None)
    return {
        **inherited,
        **KEYS,
        **UNLIMITED,
        "DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": PRODUCT,
        "FLINT_VAR": str(folder),
        "FLINT_DEBUG": "0",
        **extra,
    }


@dataclass
class Serving:
    """`manage.py serve`, once for each node. A context manager. `processes` 0: one, without a supervisor."""

    env: Mapping[str, str]
    settings: str = PRODUCT
    nodes: int = 1
    processes: int = 0
    options: tuple[str, ...] = ()
    ports: list[int] = field(default_factory=list)
    pids: list[int] = field(default_factory=list)
    _started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __enter__(self) -> "Serving":
        try:
            for _ in range(self.nodes):
                self._start(free_port())
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._started:
            process.terminate()
        for process in self._started:
            try:
                process.wait(STOP_WITHIN)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _start(self, port: int) -> None:
        command = [sys.executable, "manage.py", "serve", "--port", str(port), *self.options]
        if self.processes:
            command += ["--processes", str(self.processes)]
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**self.env, "DJANGO_SETTINGS_MODULE": self.settings},
            stdout=subprocess.DEVNULL,
        )
        self._started.append(process)
        pin(process.pid, server_cores(self.processes))
        _wait_ready(process, port)
        self.ports.append(port)
        self.pids.append(process.pid)

    @property
    def load_cores(self) -> set[int]:
        return load_cores(self.processes)


@contextmanager
def working(env: Mapping[str, str]) -> Iterator[int]:
    """`manage.py worker`, on the server's core; its process id, at once."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "worker"], cwd=ROOT, env=env, stdout=subprocess.DEVNULL
    )
    try:
        pin(process.pid, {SERVER_CORE})
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def cpu_seconds(pid: int) -> float:
    """That a process has used so far, in its own code and in the kernel's."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _wait_ready(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2):
                return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.1)
