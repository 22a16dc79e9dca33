"""bin/sabotage.py on a tree of three files."""

import subprocess
from pathlib import Path

import pytest

from bin.sabotage import Break, SabotageError, main, read_breaks

BREAK = Break("b", "adding.py", "a + b", "a - b", "test_adding.py::test_add")


def write_tree(root: Path, *breaks: dict[str, str]) -> None:
    (root / "tests").mkdir()
    (root / "adding.py").write_text("def add(a, b):\n    return a + b\n\n\nLIMIT = 3\n")
    (root / "test_adding.py").write_text(
        "from adding import LIMIT, add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n"
        "def test_limit():\n    assert LIMIT\n"
    )
    toml = "".join(
        "[[break]]\n" + "".join(f'{key} = "{value}"\n' for key, value in each.items()) for each in breaks
    )
    (root / "tests" / "sabotage.toml").write_text(toml)
    # The plugins of Flint's own tests take longer to load than these tests to run.
    (root / "pytest.ini").write_text("[pytest]\naddopts = --disable-plugin-autoload\n")
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)


def item(name: str, old: str, new: str, test: str = "test_add") -> dict[str, str]:
    return {"name": name, "file": "adding.py", "old": old, "new": new, "test": f"test_adding.py::{test}"}


def test_sabotage_passes_when_every_break_is_noticed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_tree(
        tmp_path, item("minus", "a + b", "a - b"), item("zero", "LIMIT = 3", "LIMIT = 0", "test_limit")
    )
    assert main(["--root", str(tmp_path)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "2 breaks, 0 not noticed"
    assert "a + b" in (tmp_path / "adding.py").read_text()


def test_sabotage_fails_when_a_break_stays_green(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_tree(
        tmp_path, item("minus", "a + b", "a - b"), item("four", "LIMIT = 3", "LIMIT = 4", "test_limit")
    )
    assert main(["--root", str(tmp_path), "--only", "four"]) == 1
    assert "STAYED GREEN" in capsys.readouterr().out


def test_sabotage_takes_no_uncollectable_test_for_red(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_tree(tmp_path, item("renamed", "def add(", "def plus("))
    assert main(["--root", str(tmp_path)]) == 1
    assert "pytest could not run the test" in capsys.readouterr().out


def test_sabotage_wants_the_tests_green_unbroken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_tree(tmp_path, item("minus", "a + b", "a - b", "test_nothing"))
    assert main(["--root", str(tmp_path)]) == 1
    assert "unbroken, a test is not green" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("nothing", "b: `a \\+ b` occurs 0 times in adding.py, not once"),
        ("a + b, a + b", "b: `a \\+ b` occurs 2 times in adding.py, not once"),
    ],
)
def test_break_wants_its_text_once(source: str, complaint: str) -> None:
    with pytest.raises(SabotageError, match=complaint):
        BREAK.apply(source)


def test_break_must_leave_python() -> None:
    with pytest.raises(SabotageError, match="no Python after the break"):
        Break("b", "adding.py", "a + b", "a +", "t").apply("x = a + b\n")


def test_breaks_of_the_repository_are_unambiguous() -> None:
    root = Path(__file__).resolve().parent.parent.parent
    breaks = read_breaks(root / "tests/sabotage.toml")
    assert [each.apply((root / each.file).read_text()) for each in breaks]
