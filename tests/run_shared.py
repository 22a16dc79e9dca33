"""What the first process of a run makes for all of them."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest


def folder_of_run(paths: pytest.TempPathFactory) -> Path:
    """The folder above that of an xdist worker is the run's."""
    own = paths.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def once(folder: Path, make: Callable[[], None]) -> None:
    """Call `make` unless another process of the run has for this folder; wait while one does."""
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / "made"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            make()
            made.touch()
