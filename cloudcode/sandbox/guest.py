"""The engine's file, and its form that is compiled for this machine. Standard library alone."""

import hashlib
import os
import platform
import stat
import subprocess
import sys
import tempfile
import threading
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = "import runpy, sys; sys.path.insert(0, {!r}); runpy.run_module({!r}, run_name='__main__')"
_lock = threading.Lock()


def guest() -> Path:
    """QuickJS as WebAssembly: the one file of quickjs-rs that is used."""
    spec = find_spec("quickjs_rs")
    if spec is None or spec.origin is None:
        raise OSError("quickjs-rs is not installed")
    return Path(spec.origin).parent / "_guest.wasm"


def compiled() -> Path:
    """Made when it is first needed on a machine, which takes a second or two; blocks. Raises OSError."""
    with _lock:
        file = _folder() / _name()
        if not file.exists():
            program = PROGRAM.format(str(ROOT), "cloudcode.sandbox.worker.engine")
            done = subprocess.run([sys.executable, "-I", "-c", program, str(file)], check=False, cwd="/")
            if done.returncode:
                raise OSError("the engine of scripts cannot be compiled")
        return file


def _name() -> str:
    """Another engine, wasmtime or kind of machine has another file."""
    told = f"{version('wasmtime')} {platform.machine()} {_processor()}".encode()
    return f"engine-{hashlib.sha256(guest().read_bytes() + told).hexdigest()[:32]}"


def _processor() -> str:
    """What it can do: code is made for that."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return ""
    return next((line for line in lines if line.startswith(("flags", "Features"))), "")


def _folder() -> Path:
    """Of this user alone, since what is in it will be run."""
    folder = Path(tempfile.gettempdir()) / f"flint-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise OSError(f"{folder} is not this user's own")
    return folder
