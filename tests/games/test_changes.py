from typing import Any

import pytest

from games.changes import list_changes


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ({"name": "A"}, {"name": "A"}, []),
        ({"name": "A"}, {"name": "B"}, ["name: changed"]),
        ({}, {"teams": []}, ["teams: changed"]),
        ({"teams": []}, {"teams": [{"shortCode": "A"}]}, ["teams: added A"]),
        (
            {"teams": [{"shortCode": "A", "x": 1}]},
            {"teams": [{"shortCode": "A", "x": 2}]},
            ["teams: changed A"],
        ),
        ({"teams": [{"shortCode": "A"}]}, {"teams": []}, ["teams: removed A"]),
        (
            {"scripts": {"a": "1", "b": "2"}},
            {"scripts": {"b": "3"}},
            ["scripts: changed b", "scripts: removed a"],
        ),
        (
            {"teams": [{"shortCode": "A"}, {"shortCode": "B"}]},
            {"teams": [{"shortCode": "B"}, {"shortCode": "A"}]},
            ["teams: changed"],
        ),
    ],
)
def test_changes_are_named(before: dict[str, Any], after: dict[str, Any], lines: list[str]) -> None:
    assert list_changes(before, after) == lines
