"""Linux' seccomp: the process may compute, read and write its open socket, and nothing else.

The filter is a list of what is allowed; every other system call fails with EPERM. Made by hand, since it is
thirty comparisons, and libseccomp is not installed everywhere.
"""

import ctypes
import errno
import platform
import struct

_NAMES = (
    *("read", "write", "close", "fstat", "lseek", "mmap", "mprotect", "munmap", "brk", "rt_sigaction"),
    *("rt_sigprocmask", "rt_sigreturn", "ppoll", "pselect6", "sched_yield", "mremap", "madvise"),
    *("setitimer", "getpid", "sendto", "recvfrom", "exit", "gettimeofday", "getrusage", "sigaltstack"),
    *("gettid", "futex", "clock_gettime", "clock_getres", "clock_nanosleep", "exit_group", "getrandom"),
    *("restart_syscall", "nanosleep", "poll", "select"),
)
_X86_64 = (
    *(0, 1, 3, 5, 8, 9, 10, 11, 12, 13, 14, 15, 271, 270, 24, 25, 28, 38, 39, 44, 45, 60, 96, 98, 131),
    *(186, 202, 228, 229, 230, 231, 318, 219, 35, 7, 23),
)
_AARCH64 = (
    *(63, 64, 57, 80, 62, 222, 226, 215, 214, 134, 135, 139, 73, 72, 124, 216, 233, 103, 172, 206, 207, 93),
    *(169, 165, 132, 178, 98, 113, 114, 115, 94, 278, 128, 101),
)
_MACHINES = {"x86_64": (0xC000003E, _X86_64), "aarch64": (0xC00000B7, _AARCH64)}

_LOAD, _EQUALS, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_KILL, _ALLOW, _REFUSE = 0x80000000, 0x7FFF0000, 0x00050000 | errno.EPERM
_X32 = 0x40000000  # numbers from here on are those of another calling convention
_PR_SET_SECCOMP, _FILTER_MODE = 22, 2


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


def confine() -> str:
    """Until the process ends. "" when it holds, otherwise why it cannot be had here. Needs no_new_privs."""
    machine = _MACHINES.get(platform.machine())
    if machine is None:
        return f"no list of system calls for {platform.machine()}"
    code = _filter(*machine)
    libc = ctypes.CDLL(None, use_errno=True)
    program = _Program(len(code) // 8, code)
    if libc.prctl(_PR_SET_SECCOMP, _FILTER_MODE, ctypes.byref(program), 0, 0) == 0:
        return ""
    return f"the kernel refuses it ({errno.errorcode.get(ctypes.get_errno(), ctypes.get_errno())})"


def _filter(architecture: int, allowed: tuple[int, ...]) -> bytes:
    """Architecture, then the number: an equal one jumps to the last instruction, which allows."""
    code = [
        _instruction(_LOAD, 4),
        _instruction(_EQUALS, architecture, yes=1),
        _instruction(_RETURN, _KILL),
        _instruction(_LOAD, 0),
        _instruction(_AT_LEAST, _X32, yes=len(allowed)),
    ]
    for index, number in enumerate(allowed):
        code.append(_instruction(_EQUALS, number, yes=len(allowed) - index))
    code += [_instruction(_RETURN, _REFUSE), _instruction(_RETURN, _ALLOW)]
    return b"".join(code)


def _instruction(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("=HBBI", code, yes, no, value)
