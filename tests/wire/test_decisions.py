"""Every row of the protocol's table of decisions has its test, and no test is named after none."""

import ast
import re
from pathlib import Path

from tests.wire import decisions


def named_tests() -> list[str]:
    found = []
    for path in Path(__file__).parent.glob("test_decisions_*.py"):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name.startswith("test_"):
                found.append(node.name)
    return found


def test_every_row_has_a_test() -> None:
    wanted = {decisions.test_name(row) for row in decisions.ROWS}
    tests = named_tests()
    assert len(tests) == len(set(tests))
    assert wanted - set(tests) == set()
    assert {name for name in tests if not any(re.match(rf"{each}($|_)", name) for each in wanted)} == set()
