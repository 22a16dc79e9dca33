"""A command of manage.py as a process."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.live_database import SqliteFile
from tests.live_server import ROOT


class Command:
    """Runs with `var` as FLINT_VAR, on a SQLite there unless `env` names another database."""

    def __init__(
        self, var: Path, *arguments: str, activated: Sequence[socket.socket] = (), **env: str
    ) -> None:
        self.process = subprocess.Popen(
            [*_activation(activated), sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={**os.environ, "FLINT_VAR": str(var), "DATABASE_URL": SqliteFile(var).url, **env},
            pass_fds=[listener.fileno() for listener in activated],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def greeting(self) -> str:
        """The first line that is Flint's own: Python's warnings may come before it."""
        assert self.process.stdout is not None
        lines = iter(self.process.stdout.readline, "")
        return next(line for line in lines if line.startswith("Flint "))

    def end(self, number: int) -> tuple[int, float, str]:
        """Exit code, seconds, and what it printed since."""
        assert self.process.stdout is not None
        began = time.monotonic()
        self.process.send_signal(number)
        code = self.process.wait(10)
        return code, time.monotonic() - began, self.process.stdout.read()

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()

    def result(self) -> tuple[int, str]:
        output, _ = self.process.communicate(timeout=30)
        return self.process.returncode, output


def _activation(sockets: Sequence[socket.socket]) -> list[str]:
    """A shell that gives them the numbers from 3 on, and becomes the command."""
    # From far above, so that no number is given away that is still to be moved.
    above = [f"{number + 20}>&{listener.fileno()}" for number, listener in enumerate(sockets)]
    given = [f"{number + 3}>&{number + 20}" for number in range(len(sockets))]
    move = f"exec {' '.join(above)}; exec {' '.join(given)}"
    tell = f"export LISTEN_FDS={len(sockets)} LISTEN_PID=$$"
    return ["bash", "-c", f'{move}; {tell}; exec "$@"', "activation"] if sockets else []


def port_of(line: str) -> int:
    found = re.fullmatch(r"Flint serves on http://127\.0\.0\.1:(\d+) \(Ctrl-C ends it\)\n", line)
    assert found, line
    return int(found[1])
