"""Takes away from the process whatever a script could misuse, should one break out of the engine."""

import contextlib
import ctypes
import resource
import sys
from pathlib import Path

from cloudcode.sandbox.worker import seccomp

HEADROOM_BYTES = 192 * 1024 * 1024  # of the interpreter and the engine, over what scripts may use
NESTED = 4  # worlds that may be full at the same time
WORLDS = 12  # that there may be
RESERVED_BYTES = 5 * 1024 * 1024 * 1024  # of address space for each, nearly all of which stays empty
STACK_BYTES = 64 * 1024 * 1024  # runs inside runs, each with a stack of its own
_PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 4, 38


def lock_down(memory_bytes: int) -> dict[str, str]:
    """For good. What does not hold here, by its name, with the reason; empty when everything does."""
    missing: dict[str, str] = {}
    _limit(resource.RLIMIT_STACK, STACK_BYTES)
    _limit(resource.RLIMIT_AS, _pages(0) + WORLDS * RESERVED_BYTES)
    _limit(resource.RLIMIT_DATA, _pages(5) + NESTED * memory_bytes + HEADROOM_BYTES)
    for kind in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE):
        _limit(kind, 0)
    if sys.platform != "linux":
        return {"seccomp": f"there is none on {sys.platform}"}
    _limit(resource.RLIMIT_NPROC, 0)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        missing["no_new_privs"] = "the kernel refuses it"
    if reason := seccomp.confine():
        missing["seccomp"] = reason
    return missing


def _limit(kind: int, most: int) -> None:
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    with contextlib.suppress(ValueError, OSError):  # one that may not be lowered here
        resource.setrlimit(kind, (most, most))


def _pages(place: int) -> int:
    """Bytes in use: of the whole address space at place 0, of what can be written at place 5."""
    with contextlib.suppress(OSError):
        return int(Path("/proc/self/statm").read_text().split()[place]) * resource.getpagesize()
    return 1024 * 1024 * 1024
