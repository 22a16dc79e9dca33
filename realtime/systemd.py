"""What a process tells systemd, or whoever else set NOTIFY_SOCKET: sd_notify(3) and the watchdog.

Nothing is said where nobody asked, and a listener that is gone is no reason to end.
"""

import asyncio
import contextlib
import os
import socket
import time


def notify(*assignments: str) -> None:
    """Send `READY=1` and the like, together."""
    if path := os.environ.get("NOTIFY_SOCKET"):
        path = "\0" + path[1:] if path.startswith("@") else path  # Linux's abstract namespace
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.setblocking(False)
            sender.sendto("\n".join(assignments).encode(), path)


def ready(status: str) -> None:
    notify("READY=1", f"MAINPID={os.getpid()}", f"STATUS={status}")


def reloading() -> None:
    """`Type=notify-reload` compares the time with its own, to tell this answer from an earlier one's."""
    notify("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}", "STATUS=Reloading")


def stopping() -> None:
    notify("STOPPING=1", "STATUS=Ending")


async def watchdog() -> None:
    """Say that this loop runs, twice in each WATCHDOG_USEC. Returns at once where nobody watches."""
    microseconds = int(os.environ.get("WATCHDOG_USEC", 0))
    if not microseconds or os.environ.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return
    while True:
        notify("WATCHDOG=1")
        await asyncio.sleep(microseconds / 2_000_000)
