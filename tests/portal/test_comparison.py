"""docs/portal.md says of nothing that it is full without naming the test that shows it."""

import ast

from tests.live_server import ROOT

OPEN, CLOSE = "<!-- comparison -->", "<!-- /comparison -->"


def rows() -> list[list[str]]:
    page = (ROOT / "docs" / "portal.md").read_text()
    _, _, table = page.partition(OPEN)
    lines = table.partition(CLOSE)[0].strip().splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def known_tests() -> set[str]:
    found: set[str] = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        for each in ast.walk(ast.parse(path.read_text())):
            if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and each.name.startswith("test_"):
                found.add(each.name)
    return found


def test_what_is_full_names_a_test_that_there_is() -> None:
    head, _, *lines = rows()
    assert (head[0], head[-2], head[-1]) == ("Feature", "Flint", "Shown by")
    assert {len(line) for line in lines} == {8}
    full = [line for line in lines if line[-2].startswith("●")]
    assert len(full) >= 15
    named = {line[0]: line[-1] for line in full}
    known = known_tests()
    assert [feature for feature, test in named.items() if test.strip("`") not in known] == []


def test_what_is_not_full_says_what_is_missing() -> None:
    _, _, *lines = rows()
    rest = [line for line in lines if not line[-2].startswith("●")]
    assert len(rest) >= 2
    for line in rest:
        assert line[-2][0] in "◐○"
        assert (len(line[-2]) > 10, line[-1]) == (True, "")
