"""What the engine's file wants of an operating system, and gets: the time and random bytes, nothing else.

wasmtime's own WASI starts threads and opens files, which this process may not.
"""

import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cloudcode.sandbox.worker.wasm import Import

MODULE = "wasi_snapshot_preview1"
DONE, NO_SUCH_FILE = 0, 8  # error numbers
REALTIME = 0
NO_NUMBER = bytes(4)

Write = Callable[[int, bytes], None]


class Exited(Exception):
    """The engine has ended itself."""


def system(write: Write) -> "dict[tuple[str, str], tuple[str, Import]]":
    """The imports, with the types of their arguments; `write` puts bytes into the instance's memory."""

    def clock(which: int, precision: int, place: int) -> int:
        now = time.time_ns() if which == REALTIME else time.monotonic_ns()
        write(place, now.to_bytes(8, "little"))
        return DONE

    def random(place: int, length: int) -> int:
        write(place, os.urandom(length))
        return DONE

    def no_environment(count: int, size: int) -> int:
        write(count, NO_NUMBER)
        write(size, NO_NUMBER)
        return DONE

    def no_file(*_: int) -> int:
        return NO_SUCH_FILE

    def leave(code: int) -> int:
        raise Exited(code)

    functions: dict[str, tuple[str, Import]] = {
        "clock_time_get": ("iIi", clock),
        "random_get": ("ii", random),
        "environ_get": ("ii", lambda *_: DONE),
        "environ_sizes_get": ("ii", no_environment),
        "fd_close": ("i", no_file),
        "fd_fdstat_get": ("ii", no_file),
        "fd_seek": ("iIii", no_file),
        "fd_write": ("iiii", no_file),
        "proc_exit": ("i", leave),
    }
    return {(MODULE, name): each for name, each in functions.items()}
