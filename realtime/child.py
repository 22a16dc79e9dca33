"""A server process as its supervisor sees it."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from typing import Final

from protocol.ids import new_id
from realtime import leash
from realtime.reaper import Reaper

SYSTEMD = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID")  # the supervisor alone speaks for all


class Child:
    """Started when made: a fresh interpreter, so that it runs the code that is there now.

    In a process group of its own, since a terminal's Ctrl-C is the supervisor's to pass on. Raises OSError
    when the machine has no room for another process.
    """

    def __init__(self, command: Sequence[str], listeners: Sequence[int], reaper: Reaper) -> None:
        self.node: Final = new_id()
        self.accepting: Final[asyncio.Future[bool]] = asyncio.get_running_loop().create_future()
        self._began = time.monotonic()
        self._line, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                command,
                env=self._environment(theirs.fileno(), listeners),
                pass_fds=(theirs.fileno(), *listeners),
                stdin=subprocess.DEVNULL,
                process_group=0,
            )
        self.ended: Final = reaper.wait_for(self.pid)
        self.ended.add_done_callback(self._tidy)
        asyncio.get_running_loop().add_reader(self._line, self._hear)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def accepts(self) -> bool:
        return self.accepting.done() and self.accepting.result()

    @property
    def lived(self) -> float:
        """Seconds."""
        return time.monotonic() - self._began

    @property
    def end(self) -> str:
        """How it ended, in words."""
        code = self.ended.result()
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
        return how if self.accepts else f"{how} before it accepted connections"

    async def accepts_within(self, seconds: float) -> bool:
        """Wait until it accepts connections. False when it ends first, or takes longer."""
        await asyncio.wait([self.accepting], timeout=seconds)
        return self.accepts

    def leave(self) -> None:
        """Successors accept: send the clients away at leisure. One that serves nobody yet is just ended."""
        if self.accepts:
            with contextlib.suppress(OSError):
                self._line.send(leash.LEAVE)
        else:
            self.send_signal(signal.SIGTERM)

    def send_signal(self, number: int) -> None:
        """Nothing happens to one that has ended: its number may be somebody else's by now."""
        if not self.ended.done():
            os.kill(self.pid, number)

    def _environment(self, line: int, listeners: Sequence[int]) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if name not in SYSTEMD}
        return {**inherited, **leash.environment(line, listeners), "FLINT_NODE": self.node}

    def _hear(self) -> None:
        said = b""
        with contextlib.suppress(ConnectionError):  # it ended without having read everything
            said = self._line.recv(len(leash.READY))
        if said == leash.READY:
            self.accepting.set_result(True)
        else:
            asyncio.get_running_loop().remove_reader(self._line)

    def _tidy(self, ended: "asyncio.Future[int]") -> None:
        self._process.returncode = ended.result()  # the reaper waited in its stead
        asyncio.get_running_loop().remove_reader(self._line)
        self._line.close()
        if not self.accepting.done():
            self.accepting.set_result(False)
