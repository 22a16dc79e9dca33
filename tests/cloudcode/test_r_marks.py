"""Every rule that real scripts depend on, and every decision of ours, is held by a test that there is."""

import ast
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.wire.methods.groups import GROUPS

ROOT = Path(__file__).parents[2]
MARKS: list[dict[str, str]] = tomllib.loads(Path(__file__).with_name("r_marks.toml").read_text())["mark"]
# How many statements the reference marks so, by section: one that is left out here is unmapped. Of §4, what
# preview and what live say of an exception is one decision, held by two tests.
MARKED = {
    "R": {"§1": 3, "§2": 4, "§3": 2, "§4": 3, "§5": 6, "§6": 3, "§7": 21, "§8": 1},
    "undecided": {"§1": 1, "§2": 2, "§3": 2, "§4": 4, "§5": 1, "§6": 4, "§7": 16, "§9": 5},
}
CASES = {name for group in GROUPS.values() for name in group.cases}


def functions_of(path: Path) -> set[str]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in ast.parse(path.read_text()).body if isinstance(node, kinds)}


def is_there(test: Any) -> bool:
    path, _, name = str(test or "").partition("::")
    return test in CASES or (bool(name) and (ROOT / path).is_file() and name in functions_of(ROOT / path))


@pytest.mark.parametrize("kind", MARKED)
def test_every_marked_statement_is_listed(kind: str) -> None:
    assert Counter(mark["section"] for mark in MARKS if mark["kind"] == kind) == MARKED[kind]


@pytest.mark.parametrize("kind", MARKED)
def test_every_mark_names_a_test_that_there_is(kind: str) -> None:
    assert [mark["quote"] for mark in MARKS if mark["kind"] == kind and not is_there(mark.get("test"))] == []
