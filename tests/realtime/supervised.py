"""The supervisor as a process, above tiny servers (tests.realtime.tiny_server)."""

import asyncio
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from realtime import supervisor
from realtime.listening import listen

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
TIME = re.compile(r"^\d\d:\d\d:\d\d\.\d{3} ")
RELOADED = "reloaded: new server processes accept"


class Supervised:
    """`size` tiny servers under a supervisor. `install` changes the code that the next ones run."""

    def __init__(
        self, folder: Path, size: int, code: str = "VERSION = 1", drain_seconds: float = 10, **env: str
    ) -> None:
        self.size = size
        self.drain_seconds = drain_seconds
        self._code = folder / "code.py"
        self._log = folder / "log"
        self._env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "FLINT_DRAIN_SECONDS": str(drain_seconds),
            **env,
        }
        self._seen: set[int] = set()
        self._clients: list[ClientConnection] = []
        self._listener = listen("127.0.0.1", 0)
        self.port: int = self._listener.getsockname()[1]
        self.process: subprocess.Popen[bytes]
        self.install(code)

    def install(self, code: str) -> None:
        self._code.write_text(code)

    def start(self, before: Sequence[str] = (), forked: bool = False) -> None:
        """Start without waiting; `before` are words in front of the command, which may fork."""
        self._forked = forked
        descriptor = self._listener.fileno()
        child = [sys.executable, "-m", "tests.realtime.tiny_server", str(self._code)]
        given = supervisor.arguments(self.size, [descriptor], self.drain_seconds, child)
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [*before, sys.executable, "manage.py", supervisor.COMMAND, *given],
                cwd=ROOT,
                env=self._env,
                pass_fds=[descriptor],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._listener.close()

    @property
    def log(self) -> list[str]:
        """What supervisor and servers printed, but for the times and their tracebacks."""
        lines = [TIME.sub("", line) for line in self._log.read_text().splitlines()]
        return [line for line in lines if line.startswith(("Flint", "INFO", "WARNING", "ERROR"))]

    async def logged(self, text: str, times: int = 1) -> None:
        await until(lambda: self._log.read_text().count(text) >= times, lambda: self._log.read_text())

    async def reload(self) -> None:
        """Wait until the successors accept."""
        before = self._log.read_text().count(RELOADED)
        self.signal(signal.SIGHUP)
        await self.logged(RELOADED, before + 1)

    async def ready(self) -> None:
        await self.logged("Flint serves on")

    def signal(self, number: int) -> None:
        os.kill(self.pid, number)

    @property
    def pid(self) -> int:
        """The supervisor's; where `before` forks, it is the child of that."""
        return self.process.pid if not self._forked else children_of(self.process.pid)[0]

    def children(self) -> list[int]:
        """The process ids below the supervisor, zombies too."""
        children = children_of(self.pid)
        self._seen.update(children)
        return children

    async def ended(self) -> tuple[int, float]:
        """Wait for its end: exit code and seconds."""
        began = time.monotonic()
        code = await asyncio.to_thread(self.process.wait, PATIENCE)
        return code, time.monotonic() - began

    async def connect(self) -> tuple[ClientConnection, dict[str, Any]]:
        """A socket, and who serves it."""
        client = await connect(f"ws://127.0.0.1:{self.port}/", compression=None, open_timeout=PATIENCE)
        self._clients.append(client)
        return client, json.loads(await client.recv())

    async def who(self) -> dict[str, Any]:
        """Who serves a new socket."""
        _, who = await self.connect()
        return who

    async def served_by(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Connect until a process like that answers."""
        deadline = time.monotonic() + PATIENCE
        while not wanted(who := await self.who()):
            assert time.monotonic() < deadline, who
        return who

    async def kill(self) -> None:
        """Whatever is left: the supervisor, servers that it may have left behind, clients."""
        if self.process.poll() is None:
            self.children()
            for pid in (self.pid, self.process.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self.process.wait()
        for pid in self._seen:
            if str(self._code) in command_of(pid):
                os.kill(pid, signal.SIGKILL)
        for client in self._clients:
            await client.close()


async def code_of(client: ClientConnection) -> int | None:
    """Wait until it is closed; its close code."""
    with contextlib.suppress(ConnectionClosed):
        async for _ in client:
            pass
    return client.close_code


async def until(condition: Callable[[], bool], saw: Callable[[], object] = lambda: "") -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, saw()
        await asyncio.sleep(0.01)


def children_of(pid: int) -> list[int]:
    """Also zombies; none of a process that is gone."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def command_of(pid: int) -> str:
    """The command line; of a process that is gone, nothing."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def alive(pid: int) -> bool:
    """Whether the process runs: a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
