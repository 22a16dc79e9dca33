"""The units of deploy/systemd, read and started as systemd would."""

import os
import shlex
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.deploy.proxies import DEPLOY
from tests.live_server import ROOT

INSTALLED = "/opt/flint/"
FOLDER = DEPLOY / "systemd"
ACTIVATE = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ |= {"LISTEN_FDS": "1", "LISTEN_PID": str(os.getpid())}
os.execv(sys.argv[2], sys.argv[2:])
"""


def read(name: str) -> dict[str, list[str]]:
    """`{"Service.ExecStart": ["…"]}`: every value of each key, in order."""
    values: dict[str, list[str]] = {}
    section = ""
    for line in (FOLDER / name).read_text().splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            key, _, value = line.partition("=")
            values.setdefault(f"{section}.{key}", []).append(value)
    return values


def command(name: str, key: str = "ExecStart", **specifiers: str) -> list[str]:
    """The words of the unit's one command, with this tree in place of the installation."""
    (line,) = read(name)[f"Service.{key}"]
    for variable, value in specifiers.items():
        line = line.replace(f"${variable}", value)
    return [_here(word) for word in shlex.split(line)]


def _here(word: str) -> str:
    if word == f"{INSTALLED}.venv/bin/python":
        return sys.executable
    return str(ROOT / word.removeprefix(INSTALLED)) if word.startswith(INSTALLED) else word


def start(
    name: str, env: Mapping[str, str], log: Path, listener: socket.socket | None = None
) -> "subprocess.Popen[bytes]":
    """Start the unit's process outside of the tree; `listener` is its socket unit's, handed over."""
    words = command(name)
    handed = () if listener is None else (listener.fileno(),)
    if listener is not None:
        words = [sys.executable, "-c", ACTIVATE, str(listener.fileno()), *words]
    with log.open("ab") as output:
        return subprocess.Popen(
            words,
            cwd="/",
            env={**os.environ, **env},
            pass_fds=handed,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
