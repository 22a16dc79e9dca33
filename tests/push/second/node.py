"""Runs the senders of this folder on Node (bin/push_senders installs them)."""

import asyncio
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent
PATIENCE = 60.0  # seconds
MISSING = "no senders of npm: run bin/push_senders"


def find_node() -> str:
    """The program. The test is skipped where it or the packages are missing, and fails under CI."""
    node = shutil.which("node")
    if node is None or not (FOLDER / "node_modules" / ".installed").exists():
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    return node


def packages() -> str:
    """Where Node finds the packages of this folder, for a program elsewhere. Skips as `find_node`."""
    find_node()
    return str(FOLDER / "node_modules")


async def run(script: str, order: dict[str, Any], bundle: str, folder: Path) -> dict[str, Any]:
    """What the script prints for the order. `bundle` is whom it trusts besides the known authorities."""
    node = find_node()
    (folder / "ca.pem").write_text(bundle)
    process = await asyncio.create_subprocess_exec(
        node,
        str(FOLDER / script),
        env={**os.environ, "NODE_EXTRA_CA_CERTS": str(folder / "ca.pem")},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(PATIENCE):
            printed, complaints = await process.communicate(json.dumps(order).encode())
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert (process.returncode, complaints.decode()) == (0, "")
    answer: dict[str, Any] = json.loads(printed)
    return answer
