"""Waits for every process that ends below this one: its own children, and orphans that a container's first
process inherits. Nobody else may wait for a process here."""

import asyncio
import os
import signal


class Reaper:
    """Runs on the loop that it is made on."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._awaited: dict[int, asyncio.Future[int]] = {}
        self._loop.add_signal_handler(signal.SIGCHLD, self._reap)

    def wait_for(self, pid: int) -> asyncio.Future[int]:
        """The exit code of a child, or minus the signal that ended it. To be asked for as soon as it runs."""
        return self._awaited.setdefault(pid, self._loop.create_future())

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if ended := self._awaited.pop(pid, None):
                ended.set_result(os.waitstatus_to_exitcode(status))
