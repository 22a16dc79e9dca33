"""What a sandbox process can do outside the engine: nothing."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from cloudcode.sandbox.checking import protections_missing
from cloudcode.sandbox.process import ContextLimits, SandboxProcess

ROOT = Path(__file__).resolve().parents[3]
PROBE = """
import ctypes, json, os, socket, subprocess, sys
sys.path.insert(0, ROOT)
from cloudcode.sandbox.worker.lockdown import lock_down
missing = lock_down(64 * 1024 * 1024)
def attempt(act):
    try:
        act()
    except Exception as refused:
        return type(refused).__name__
    return "done"
kept = b""
def hoard():
    global kept
    kept = b"x" * (2 * 1024 ** 3)
found = {
    "missing": missing,
    "socket": attempt(lambda: socket.socket()),
    "read": attempt(lambda: os.open("/etc/passwd", os.O_RDONLY)),
    "write": attempt(lambda: os.open("/tmp/of-a-sandbox", os.O_WRONLY | os.O_CREAT)),
    "exec": attempt(lambda: os.execv("/bin/true", ["true"])),
    "fork": attempt(os.fork),
    "spawn": attempt(lambda: subprocess.run(["/bin/true"])),
    "kill": attempt(lambda: os.kill(os.getppid(), 0)),
    "ptrace": ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0),
    "memory": attempt(hoard),
    "environment": dict(os.environ),
}
sys.stdout.write(json.dumps(found))
"""


def probe() -> dict[str, Any]:
    program = f"ROOT = {str(ROOT)!r}\n{PROBE}"
    done = subprocess.run(
        [sys.executable, "-I", "-c", program], env={"TZ": "UTC"}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_after_the_lockdown_nothing_is_within_reach() -> None:
    found = probe()
    environment = found.pop("environment")
    assert set(environment) <= {"TZ", "LC_CTYPE"}
    assert found == {
        "missing": {},
        "socket": "PermissionError",
        "read": "PermissionError",
        "write": "PermissionError",
        "exec": "PermissionError",
        "fork": "PermissionError",
        "spawn": "PermissionError",
        "kill": "PermissionError",
        "ptrace": -1,
        "memory": "MemoryError",
    }


def test_a_process_inherits_its_socket_and_no_secret() -> None:
    """As the system sees it, before it locks itself down and after."""
    process = SandboxProcess.start(ContextLimits())
    try:
        found = Path(f"/proc/{process.process.pid}/environ")
        until = time.monotonic() + 30
        while not (environment := found.read_bytes()):  # a program that is only being loaded
            assert time.monotonic() < until
        assert [each for each in environment.split(b"\0") if each] == [b"TZ=UTC"]
    finally:
        process.bury()


def test_every_protection_holds_here() -> None:
    assert protections_missing() == {}


def test_a_process_ends_with_the_server() -> None:
    """Its socket is closed, as it is by kill -9."""
    process = SandboxProcess.start(ContextLimits())
    process.socket.close()
    assert process.process.wait(timeout=30) == 0
