"""The disk that holds the database is full, then has room again.

As root the database lies on a small tmpfs that is filled up. Otherwise the server's files may not grow (the
process's own limit on file sizes): writes fail in the same places, with "file too large" for "no space left".
"""

import contextlib
import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from benchmarks.faults.outcome import Outcome
from benchmarks.faults.unavailable import Patient
from benchmarks.faults.world import FaultServer, World

TITLE = "full disk, then room again"
SIZE_MB = 24
LARGEST_FILE = 4096  # no page of SQLite's log fits into it
SENDS, SHORT_SENDS = 40, 10


class Disk(Protocol):
    how: str

    def fill(self, server: FaultServer) -> None: ...
    def free(self, server: FaultServer) -> None: ...


async def run(world: World) -> Outcome:
    folder = world.folder / "disk"
    folder.mkdir()
    with disk(folder) as full:
        server = await world.server(folder)
        patient = await Patient.prepare(world, server)
        await patient.sends(5)
        full.fill(server)
        await patient.until_refused()
        refused = await patient.refused(SHORT_SENDS if world.short else SENDS)
        full.free(server)
        back = await patient.served_again()
        outcome = await patient.settle()
        await world.end()
    outcome.figures = {"disk": full.how, **refused, "served again after, s": back}
    return outcome


@contextlib.contextmanager
def disk(folder: Path) -> Iterator[Disk]:
    mounted = os.geteuid() == 0 and _mount(folder)
    try:
        yield Tmpfs(folder) if mounted else FileLimit()
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _mount(folder: Path) -> bool:
    """False where even root may not, as in some containers."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "tmpfs", str(folder)]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


class Tmpfs:
    how = "tmpfs, filled"

    def __init__(self, folder: Path) -> None:
        self.ballast = folder / "ballast"

    def fill(self, server: FaultServer) -> None:
        """To the last byte; what little the log took meanwhile is the server's loss."""
        with self.ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            for size in (1024 * 1024, 4096, 1):
                with contextlib.suppress(OSError):
                    while file.write(b"\0" * size) == size:
                        pass

    def free(self, server: FaultServer) -> None:
        self.ballast.unlink()


class FileLimit:
    how = "files that may not grow"

    def fill(self, server: FaultServer) -> None:
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (LARGEST_FILE, resource.RLIM_INFINITY))

    def free(self, server: FaultServer) -> None:
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
