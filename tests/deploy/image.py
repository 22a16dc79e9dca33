"""What deploy/Dockerfile makes of this tree: the files, the command, the health check."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.deploy.proxies import DEPLOY
from tests.live_server import ROOT


def instruction(name: str) -> list[str]:
    """The words of the last one in its JSON form, this Python in place of the image's."""
    text = (DEPLOY / "Dockerfile").read_text().replace("\\\n", " ")
    found = re.findall(rf"^{name} .*?(\[.*\])$", text, re.MULTILINE)
    words = json.loads(found[-1])
    return [sys.executable if word == "python" else str(word) for word in words]


def listed() -> set[str]:
    """The names at the top of the tree that .dockerignore lets in."""
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in lines
    return {line.removeprefix("!") for line in lines if line.startswith("!")}


def copy_tree(folder: Path) -> None:
    """The files of the working tree that the image has; those that git ignores are in no clone."""
    known = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    names = listed()
    for file in known.stdout.split("\0"):
        if file.partition("/")[0] in names and (ROOT / file).is_file():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / file, folder / file)
