"""The sockets that a process listens on: opened here, or inherited."""

import os
import socket
from collections.abc import Iterable

BACKLOG = 2048
FIRST_INHERITED = 3


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises OSError: the address is taken, or not this machine's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=BACKLOG)


def activated() -> list[socket.socket]:
    """The sockets of systemd's socket activation (sd_listen_fds(3)); none where it started nothing.

    Raises OSError for what is no listening socket. Children do not see the variables again.
    """
    count, meant_for = os.environ.pop("LISTEN_FDS", "0"), os.environ.pop("LISTEN_PID", "")
    os.environ.pop("LISTEN_FDNAMES", None)
    if meant_for != str(os.getpid()):
        return []
    return adopt(range(FIRST_INHERITED, FIRST_INHERITED + int(count)))


def adopt(descriptors: Iterable[int]) -> list[socket.socket]:
    """Sockets of inherited descriptors, which no further process inherits."""
    adopted = []
    for descriptor in descriptors:
        os.set_inheritable(descriptor, False)
        listener = socket.socket(fileno=descriptor)
        if not listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
            raise OSError(f"descriptor {descriptor} is no listening socket")
        adopted.append(listener)
    return adopted


def address(listener: socket.socket) -> str:
    """Where it is reached: `http://127.0.0.1:8000`, or `unix:/run/flint.sock`."""
    if listener.family == socket.AF_UNIX:
        return f"unix:{listener.getsockname()}"
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def greeting(listeners: Iterable[socket.socket]) -> str:
    return f"Flint serves on {' and '.join(map(address, listeners))} (Ctrl-C ends it)"
