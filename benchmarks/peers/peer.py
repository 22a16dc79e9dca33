"""What a peer has to offer to be measured, and the clients that most of them take."""

import asyncio
import json
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol, cast

from benchmarks.client import UPGRADE, BenchClient
from benchmarks.cores import SERVER_CORE, pin

READY_WITHIN = 30.0
TEXT = json.dumps({"@class": ".ScriptMessage", "data": {"text": "x" * 200}})


class Member(BenchClient):
    """No handshake of ours: ready with the upgrade."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(UPGRADE.format(path=self.path).encode())

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._upgraded and not self.ready.done():
            self.ready.set_result({})


class Peer(Protocol):
    """`path` and `member`: how one connects to it."""

    path: str
    member: type[BenchClient]

    def missing(self) -> str:
        """Why it cannot run here; empty when it can."""

    def described(self) -> str:
        """With its version, and the settings it needed to lose nothing."""

    def serving(self, port: int, folder: Path) -> AbstractContextManager[int]:
        """Its process id, once it accepts connections."""

    async def publish(self, members: Sequence[BenchClient], port: int) -> None:
        """TEXT to every member."""


@contextmanager
def started(
    command: Sequence[str], port: int, cwd: Path, env: Mapping[str, str] | None = None
) -> Iterator[int]:
    """The process, on the measured server's core."""
    process = subprocess.Popen(command, cwd=cwd, env=env, stdout=subprocess.DEVNULL)
    try:
        pin(process.pid, {SERVER_CORE})
        _wait_for(process, port)
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(READY_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
