"""The same script in Node's vm: fast, and escapable, so that nobody should run strangers' scripts in it."""

import json
import shutil
import subprocess
from pathlib import Path

from benchmarks.cores import SERVER_CORE, pin
from benchmarks.scripts import texts

FOLDER = Path(__file__).resolve().parent


def missing() -> bool:
    return shutil.which("node") is None


def described() -> str:
    version = subprocess.run(["node", "--version"], check=True, capture_output=True, text=True).stdout
    return f"Node {version.strip()}'s vm, which is no sandbox"


def rate(seconds: float) -> float:
    """Runs a CPU second."""
    given = {"text": texts.TEN_LINES, "answers": texts.ANSWERS, "data": texts.DATA, "result": texts.RESULT}
    process = subprocess.Popen(
        ["node", "vm.js", str(seconds)],
        cwd=FOLDER,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    pin(process.pid, {SERVER_CORE})
    told, _ = process.communicate(json.dumps(given))
    if process.returncode:
        raise RuntimeError("vm.js failed")
    return float(json.loads(told)["rate"])
