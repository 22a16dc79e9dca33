"""The commands of docs/operations.md, taken from the page and run on installations of the tests' own."""

import os
import subprocess
from pathlib import Path

from bin.docs_check import Block, read_blocks
from bin.services import binary
from tests.live_server import ROOT

PAGE = "docs/operations.md"
DOES_IT = "tests/deploy/test_operations.py does it: "
BACKUPS = "/var/backups/flint"


def blocks() -> dict[str, Block]:
    """Those that the page says a test does, by name."""
    found = read_blocks(PAGE, (ROOT / PAGE).read_text())
    return {
        block.argument.removeprefix(DOES_IT): block for block in found if block.argument.startswith(DOES_IT)
    }


def run(name: str, backups: Path, env: dict[str, str]) -> str:
    """What the block prints. `backups` takes the place of the page's folder. Fails unless it exits with 0."""
    text = blocks()[name].text.replace(BACKUPS, str(backups))
    programs = str(binary("postgres").parent)
    done = subprocess.run(
        ["sh", "-e", "-c", text],
        cwd=ROOT,
        env={**os.environ, **env, "PATH": f"{programs}:{os.environ['PATH']}"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{name} exited with {done.returncode}:\n{done.stdout}{done.stderr}"
    return done.stdout
