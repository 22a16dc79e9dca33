"""Who runs where: what is measured has cores of its own, databases and the load share the others."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

SERVER_CORE = 0


def pin(pid: int, cores: set[int]) -> None:
    """Linux only; elsewhere the scheduler decides."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(pid, cores)


def server_cores(processes: int = 1) -> set[int]:
    """One a process, as far as one is left for the load."""
    return set(range(max(1, min(processes, (os.cpu_count() or 1) - 1))))


def load_cores(processes: int = 1) -> set[int]:
    return set(range(os.cpu_count() or 1)) - server_cores(processes) or {SERVER_CORE}


@contextmanager
def on_load_cores() -> Iterator[None]:
    """What is started meanwhile inherits it, with all that it starts itself."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, load_cores())
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
