"""`manage.py demo` as a process, on a var folder of its own, as `make run` starts it."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.live_server import ROOT, free_port

PATIENCE = 120.0


class DemoProcess:
    """Started at once. `ready_after` is in seconds of its own work, None until `wait_ready`.

    On a machine that is busy with other tests, a clock would measure those.
    """

    patience = PATIENCE  # seconds until it counts as hanging

    def __init__(self, folder: Path, *arguments: str, port: int = 0, **env: str) -> None:
        self.folder = folder
        self.port = port or free_port()
        folder.mkdir(exist_ok=True)
        self.log = folder / "output.txt"
        self.env = {**demo_env(folder), **env}
        self.started = time.monotonic()
        self.ready_after: float | None = None
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "demo", "--port", str(self.port), *arguments],
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def output(self) -> str:
        return self.log.read_text()

    @property
    def details(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "demo.json").read_text())
        return found

    @property
    def timeline(self) -> list[tuple[str, str, str]]:
        """(who, what, reason) of each line that is not the rest of another."""
        return [
            (found[1].strip(), found[2].strip(), found[3])
            for line in self.output.splitlines()
            if (found := re.fullmatch(r"  (\S.{14}) +\+\d+ ms  (.{32})  (\S.*)", line))
        ]

    def wait_ready(self) -> "DemoProcess":
        """Until /readyz answers 200 for the first time."""
        while self._status() != 200:
            self._check_time(ended="before it was ready")
            time.sleep(0.02)
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        self.ready_after = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return self

    def wait_for(self, text: str) -> "DemoProcess":
        while text not in self.output:
            self._check_time(ended=f"without {text!r}")
            time.sleep(0.02)
        return self

    def end(self) -> tuple[int, float]:
        """Ctrl-C: the exit code, and the seconds it took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        return self.wait(), time.monotonic() - began

    def wait(self) -> int:
        try:
            return self.process.wait(self.patience)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"did not end:\n{self.output}") from None

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def manage(self, *arguments: str) -> str:
        """What another command prints, on the same data."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.env,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    def _check_time(self, ended: str) -> None:
        if self.process.poll() is not None:
            raise AssertionError(f"ended {ended}:\n{self.output}")
        if time.monotonic() - self.started > self.patience:
            self.kill()
            raise AssertionError(f"went on for {self.patience} s {ended}:\n{self.output}")

    def _status(self) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()


def demo_env(folder: Path) -> dict[str, str]:
    """The environment of `make run`, with nothing of the tests' own settings."""
    own = ("FLINT_", "DATABASE_", "REDIS_", "DJANGO_")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    return {**inherited, "FLINT_VAR": str(folder), "FLINT_DEBUG": "1", "PYTHONWARNINGS": "error"}
