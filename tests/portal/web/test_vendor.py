"""What pages load is what `make assets` wrote down, byte for byte, of the sources that stand beside it."""

import hashlib
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FOLDERS = ("static/vendor", "tests/portal/web/vendor")


@pytest.mark.parametrize("folder", FOLDERS)
def test_vendored_files_are_the_ones_written_down(folder: str) -> None:
    locked = json.loads((ROOT / "frontend/package-lock.json").read_text())["packages"]
    versions = {name.removeprefix("node_modules/"): each["version"] for name, each in locked.items() if name}
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in (ROOT / folder / "VENDOR.md").read_text().splitlines()
        if line.startswith("| ") and "SHA-256" not in line
    ]
    found = {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in (ROOT / folder).iterdir()
        if file.name not in ("VENDOR.md", "LICENSES.txt")
    }
    assert {row[0]: row[4] for row in rows} == found
    assert {row[1]: row[2] for row in rows}.items() <= versions.items()
    assert {row[3] for row in rows} <= {"MIT", "0BSD", "OFL-1.1", "MPL-2.0"}


def test_scripts_are_bundled_of_the_sources_as_they_stand() -> None:
    written = json.loads((ROOT / "frontend/scripts.json").read_text())
    of_sources = {name: digest for each in written.values() for name, digest in each["sources"].items()}
    assert {name: each["sha256"] for name, each in written.items()} == _hashes("static/portal")
    assert of_sources == _hashes("frontend/portal")


def _hashes(folder: str) -> dict[str, str]:
    """Of the scripts below it, by their paths."""
    return {
        str(file.relative_to(ROOT)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in (ROOT / folder).rglob("*.js")
    }
