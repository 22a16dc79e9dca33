"""docs/portal-browser.md from what `make browser` left in var: each test, on each database."""

import ast
import platform
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # as a program it has only its own folder
    sys.path.insert(0, str(ROOT))

from bin.services import binary  # noqa: E402
from tests.chromium import find_chromium  # noqa: E402

BACKENDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL, Redis"}
PAGE = ROOT / "docs" / "portal-browser.md"
HEAD = """# The portal in a browser

Written by `make browser`: every test that drives Chromium, against the real server on each database. ✔ held,
with its seconds; ✖ did not.
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one test on one database."""

    file: str
    test: str
    held: bool
    seconds: float


def read(xml: str) -> list[Outcome]:
    """pytest's own JUnit file."""
    outcomes = []
    for case in ElementTree.fromstring(xml).iter("testcase"):
        held = not any(case.find(name) is not None for name in ("failure", "error", "skipped"))
        file = case.attrib["classname"].replace(".", "/") + ".py"
        outcomes.append(Outcome(file, case.attrib["name"], held, float(case.attrib["time"])))
    return outcomes


def page(by_backend: dict[str, list[Outcome]], about: list[str]) -> str:
    """A table a file, in the order of their names."""
    found = {(each.file, each.test): each for outcomes in by_backend.values() for each in outcomes}
    parts = [HEAD, *(f"- {line}" for line in about), ""]
    for file in sorted({file for file, _ in found}):
        names = " | ".join(BACKENDS[name] for name in by_backend)
        parts += [f"## {_title(file)}", "", f"| `{file}` | {names} |", f"|---|{'--:|' * len(by_backend)}"]
        for test in (test for name, test in found if name == file):
            cells = [_cell(outcomes, file, test) for outcomes in by_backend.values()]
            parts.append(f"| {_words(test)} | {' | '.join(cells)} |")
        parts.append("")
    return "\n".join(parts)


def _cell(outcomes: list[Outcome], file: str, test: str) -> str:
    of = [each for each in outcomes if (each.file, each.test) == (file, test)]
    return f"{'✔' if of[0].held else '✖'} {of[0].seconds:.1f}" if of else "–"


def _words(test: str) -> str:
    name, _, parameters = test.removeprefix("test_").partition("[")
    of = parameters.removesuffix("]").removeprefix("chromium").removeprefix("-")
    return name.replace("_", " ") + (f" ({of})" if of else "")


def _title(file: str) -> str:
    told = ast.get_docstring(ast.parse((ROOT / file).read_text())) if (ROOT / file).exists() else None
    return (told or file).partition("\n")[0].rstrip(".").partition(":")[0]


def _about() -> list[str]:
    def printed(*command: str) -> str:
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()

    chromium = printed(find_chromium() or "chromium", "--version")
    postgres = printed(str(binary("postgres")), "--version")
    packages = ", ".join(f"{name} {version(name)}" for name in ("django", "playwright"))
    return [
        f"{datetime.now(UTC).date().isoformat()}, commit {printed('git', 'rev-parse', '--short', 'HEAD')}",
        f"{chromium}; Python {platform.python_version()}, {packages}",
        f"SQLite {sqlite3.sqlite_version}; {postgres}",
    ]


def main() -> int:
    files = {name: ROOT / "var" / f"browser-{name}.xml" for name in BACKENDS}
    if missing := [str(file.relative_to(ROOT)) for file in files.values() if not file.exists()]:
        print(f"no {' and no '.join(missing)}: run make browser", file=sys.stderr)
        return 1
    outcomes = {name: read(file.read_text()) for name, file in files.items()}
    PAGE.write_text(page(outcomes, _about()))
    failed = [f"{each.test} on {name}" for name, every in outcomes.items() for each in every if not each.held]
    print(f"{PAGE.relative_to(ROOT)}: {sum(map(len, outcomes.values()))} outcomes, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
