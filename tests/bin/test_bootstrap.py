"""bin/bootstrap beside a virtual environment that is not its own."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """With a `.venv` that leads to another checkout's."""
    folder = tmp_path / "checkout"
    (folder / "bin").mkdir(parents=True)
    shutil.copy(ROOT / "bin" / "bootstrap", folder / "bin")
    for name in ("requirements.txt", "requirements-dev.txt", "constraints.txt"):
        (folder / name).write_text("")
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "kept").write_text("")
    (folder / ".venv").symlink_to(theirs)
    return folder


def bootstrap(checkout: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([checkout / "bin" / "bootstrap", "dev"], capture_output=True, text=True)


def contents(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_a_linked_environment_is_used_as_it_is(checkout: Path) -> None:
    python = checkout / ".venv" / "bin" / "python"
    python.parent.mkdir()
    python.symlink_to(shutil.which("python3") or "")
    done = bootstrap(checkout)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert contents(checkout / ".venv") == ["bin", "bin/python", "kept"]


def test_a_link_to_no_environment_is_refused_and_nothing_removed(checkout: Path) -> None:
    done = bootstrap(checkout)
    assert done.returncode == 1
    assert done.stderr.startswith(".venv is a link, and there is no Python in ")
    assert contents(checkout / ".venv") == ["kept"]
