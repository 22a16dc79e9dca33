"""Breaks the code one line at a time in a copy of the tree; each break must turn its test red.

tests/sabotage.toml holds the breaks:

    [[break]]
    name = "any-hmac"                       # what --only selects by
    file = "protocol/secure.py"
    old = "return compare_digest(a, b)"     # one line or a part of it, found exactly once in the file
    new = "return True"
    test = "tests/wire/test_handshake.py::test_handshake_refuses_a_wrong_hmac"
    backend = "postgresql"                  # where the test runs on PostgreSQL alone; else SQLite

The tests are run unbroken first and must pass. A break counts when the test itself fails; a copy that cannot
be collected proves nothing. Exits 1 when a break stays green or cannot be made.
"""

import argparse
import ast
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 300
SECONDS_TO_END = 20
LOG = ".sabotage.log"
TESTS_FAILED = 1
KEYS = ("name", "file", "old", "new", "test")
SQLITE, POSTGRESQL = "sqlite", "postgresql"


class SabotageError(Exception):
    """The file of breaks, or one of them, cannot be used. One sentence."""


@dataclass(frozen=True, slots=True)
class Break:
    """One line made wrong, and the test that must notice."""

    name: str
    file: str
    old: str
    new: str
    test: str
    backend: str = SQLITE

    @classmethod
    def read(cls, item: dict[str, str]) -> Self:
        if item.keys() - {"backend"} != {*KEYS} or not all(isinstance(each, str) for each in item.values()):
            raise SabotageError(f"a break has {', '.join(KEYS)}, not {', '.join(sorted(item))}")
        made = cls(**item)
        if made.backend not in (SQLITE, POSTGRESQL):
            raise SabotageError(f"{made.name}: no backend is called {made.backend}")
        if "\n" in made.old + made.new or made.old == made.new or not made.old.strip():
            raise SabotageError(f"{made.name}: old and new are two different texts of one line")
        return made

    def apply(self, source: str) -> str:
        """The source with the break in it. Raises when `old` is not there exactly once."""
        if (count := source.count(self.old)) != 1:
            raise SabotageError(f"{self.name}: `{self.old}` occurs {count} times in {self.file}, not once")
        broken = source.replace(self.old, self.new)
        if self.file.endswith(".py"):
            try:
                ast.parse(broken)
            except SyntaxError as fault:
                raise SabotageError(
                    f"{self.name}: {self.file} is no Python after the break: {fault}"
                ) from None
        return broken


def read_breaks(file: Path, only: str = "") -> list[Break]:
    """The breaks whose name contains `only`."""
    found = [Break.read(item) for item in tomllib.loads(file.read_text()).get("break", [])]
    names = [each.name for each in found]
    if twice := {name for name in names if names.count(name) > 1}:
        raise SabotageError(f"two breaks are called {', '.join(sorted(twice))}")
    chosen = [each for each in found if only in each.name]
    if not chosen:
        raise SabotageError(f"no break in {file.name}" + (f" is called like {only}" if only else ""))
    return chosen


@contextmanager
def copy_of(root: Path) -> Iterator[Path]:
    """A copy of the files that git knows or would add, thrown away at the end."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    with tempfile.TemporaryDirectory(prefix="flint-sabotage-") as folder:
        for name in filter(None, listed.split("\0")):
            if (root / name).is_file():
                target = Path(folder) / name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(root / name, target)
        yield Path(folder)


def run_tests(copy: Path, tests: list[str], backend: str) -> int | None:
    """pytest's exit code; None when it took too long. What it printed is in the copy's LOG."""
    with (copy / LOG).open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "pytest", "-q", "-x", *tests],
            cwd=copy,
            env={
                name: value
                for name, value in os.environ.items()
                if not name.startswith(("PYTEST_", "DJANGO_"))
            }
            # A break and its mending within one second, of one size, are the same to Python's cache.
            | {"PYTHONDONTWRITEBYTECODE": "1", "FLINT_TEST_BACKEND": backend},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    for patience in (SECONDS, SECONDS_TO_END):
        try:
            code = process.wait(patience)
            return code if patience == SECONDS else None
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)  # lets the fixtures end their servers
    process.kill()
    process.wait()
    return None


def attempt(copy: Path, each: Break) -> str:
    """Break, test, mend: `red`, or what went wrong."""
    file = copy / each.file
    if not file.is_file():
        return f"no file {each.file}"
    source = file.read_text()
    try:
        file.write_text(each.apply(source))
        code = run_tests(copy, [each.test], each.backend)
    except SabotageError as fault:
        return str(fault)
    finally:
        file.write_text(source)
    if code in (TESTS_FAILED, None):
        return "red"
    return "STAYED GREEN" if code == 0 else f"pytest could not run the test (exit {code})"


def sabotage(root: Path, breaks: list[Break]) -> int:
    """Try all breaks; the number that did not turn red."""
    with copy_of(root) as copy:
        print(f"Running the {len(breaks)} tests unbroken", flush=True)
        for backend in (SQLITE, POSTGRESQL):
            tests = sorted({each.test for each in breaks if each.backend == backend})
            if tests and run_tests(copy, tests, backend) != 0:
                raise SabotageError("unbroken, a test is not green:\n" + (copy / LOG).read_text()[-3000:])
        width = max(len(each.name) for each in breaks)
        failed = 0
        for each in breaks:
            started = time.monotonic()
            result = attempt(copy, each)
            failed += result != "red"
            print(
                f"{each.name:{width}}  {time.monotonic() - started:5.1f} s  {result:5}  {each.test}",
                flush=True,
            )
    print(f"{len(breaks)} breaks, {failed} not noticed")
    return failed


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--only", default="", help="breaks whose name contains this")
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    try:
        return (
            1
            if sabotage(options.root, read_breaks(options.root / "tests/sabotage.toml", options.only))
            else 0
        )
    except SabotageError as fault:
        print(fault, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
