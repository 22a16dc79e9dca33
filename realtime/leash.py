"""The line between the supervisor and each of its server processes: a socket pair.

The process says when it accepts connections. The supervisor says when successors took its place. Either sees
at once when the other is gone, however it ended. Neither needs Django: the supervisor has none.
"""

import asyncio
import contextlib
import os
import socket
from collections.abc import Callable, Mapping, Sequence
from typing import Self

from realtime.listening import adopt

VARIABLE = "FLINT_LEASH"  # the descriptors of the line and of the listening sockets
READY, LEAVE = b"ready\n", b"leave\n"


def environment(line: int, listeners: Sequence[int]) -> Mapping[str, str]:
    return {VARIABLE: ",".join(map(str, (line, *listeners)))}


class Leash:
    """The server process's end, and the listening sockets that it was given."""

    def __init__(self, line: socket.socket, listeners: list[socket.socket]) -> None:
        self._line = line
        self.listeners = listeners

    @classmethod
    def from_environment(cls) -> Self | None:
        """None where no supervisor started this process. Processes that it starts do not see the variable."""
        descriptors = os.environ.pop(VARIABLE, "")
        if not descriptors:
            return None
        line, *listeners = map(int, descriptors.split(","))
        os.set_inheritable(line, False)
        return cls(socket.socket(fileno=line), adopt(listeners))

    def ready(self) -> None:
        with contextlib.suppress(ConnectionError):  # `follow` notices
            self._line.send(READY)

    async def follow(self, leave: Callable[[], None], end: Callable[[], None]) -> None:
        """Call `leave` when successors accept, `end` when the supervisor is gone."""
        self._line.setblocking(False)
        loop = asyncio.get_running_loop()
        with contextlib.suppress(ConnectionError):
            while await loop.sock_recv(self._line, len(LEAVE)):
                leave()
        end()
