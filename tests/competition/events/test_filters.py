"""Filters by competition-rules.md §2.5."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from competition.events.filters import Filter, accepts, read_filter
from tests.competition.events.conftest import NOW_MS


@pytest.mark.parametrize(
    ("op", "value", "passing", "failing"),
    [
        ("any", 10, [1, "x", None, {}], []),
        ("eq", 10, [10, 10.0], [9, "x", None, True]),
        ("eq", "10", [10, "10"], [9, "10.0"]),
        ("ne", 10, [9, "x"], [10, 10.0]),
        ("gt", 10, [11, 10.5], [10, 9, None, {}]),
        ("gte", 10, [10, 11], [9]),
        ("lt", 10, [9, -1], [10, 11]),
        ("lte", 10, [9, 10], [11]),
        ("lt", "9", [8, 8.5], [9, 10]),
        ("gt", "9", [10], [9]),
        ("gt", "b", ["c", "ba", "é"], ["a", "B", "b"]),
        ("eq", "UK", ["UK"], ["uk", "UK "]),
        ("gt", "x", [], [1, 10**9]),
        ("ne", "x", [1, "y"], ["x"]),
        ("mod", 3, [0, 3, -6, 4.5 * 2], [1, 4.5, "3", None]),
        ("mod", 0, [], [0, 1, 0.0]),
        ("mod", "x", [], [0, 1]),
        ("mod", 0.5, [1, 1.5], [1.25]),
        ("eq", {"a": 1}, [{"a": 1}], [{"a": 2}, 1, "a", None]),
        ("gt", "${now - 1000}", [NOW_MS, NOW_MS - 999], [NOW_MS - 1000]),
        ("eq", '${format(now, "yyyy-MM-dd")}', ["2026-11-27"], ["2026-11-28"]),
        ("ne", "${oops", [], [1, "x"]),
    ],
)
def test_a_value_passes_or_not(op: str, value: Any, passing: list[Any], failing: list[Any]) -> None:
    assert [each for each in passing if not accepts(op, value, each, NOW_MS)] == []
    assert [each for each in failing if accepts(op, value, each, NOW_MS)] == []


NUMBERS = some.integers(-(2**53), 2**53) | some.floats(allow_nan=False, allow_infinity=False)


@given(NUMBERS, NUMBERS)
def test_numbers_compare_as_numbers(value: float, incoming: float) -> None:
    passes = {op for op in ("eq", "ne", "gt", "gte", "lt", "lte") if accepts(op, value, incoming, 0)}
    if incoming == value:
        assert passes == {"eq", "gte", "lte"}
    else:
        assert passes == ({"ne", "gt", "gte"} if incoming > value else {"ne", "lt", "lte"})


def test_a_filter_that_lets_all_pass_is_none() -> None:
    assert read_filter(None) is None
    assert read_filter({"op": "any", "value": 30}) is None
    assert read_filter({"op": "gt", "value": 30}) == Filter("gt", 30)
    assert [Filter("gt", 30).accepts(each, 0) for each in (30, 31)] == [False, True]
