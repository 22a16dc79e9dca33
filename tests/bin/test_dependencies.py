"""CONTRIBUTING.md has a line for each direct dependency, in the order of the requirements."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def required(file: str) -> list[str]:
    return re.findall(r"^([\w-]+)(?:\[.*?\])?==", (ROOT / file).read_text(), re.MULTILINE)


def test_contributing_says_why_each_dependency_is_here() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text()
    table = text.partition("## Dependencies")[2].partition("## Recipes")[0]
    listed = re.findall(r"^\| ([\w-]+) \| \S", table, re.MULTILINE)[1:]
    assert sorted(listed) == sorted(required("requirements.txt") + required("requirements-dev.txt"))
