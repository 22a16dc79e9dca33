"""Places sort as the values that they are made from."""

import math
from functools import cmp_to_key
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from competition.leaderboards.places import after_equals, key_of, place, sort_key

NUMBERS = st.one_of(
    st.integers(),
    st.integers(-(2**53) - 3, 2**53 + 3),
    st.integers(2**53 - 2, 2**53 + 4),
    st.floats(allow_nan=False, allow_infinity=False),
)
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)


def order(one: Any, other: Any) -> int:
    return (one > other) - (one < other)


@given(NUMBERS, NUMBERS, st.booleans())
@example(2**53 + 1, 2**53, False)
@example(-(2**63) + 1, -(2**63), True)
def test_numbers_sort_by_their_exact_values(one: float, other: float, descending: bool) -> None:
    wanted = order(other, one) if descending else order(one, other)
    assert order(sort_key([(one, descending)]), sort_key([(other, descending)])) == wanted


@given(TEXTS, TEXTS, st.booleans())
def test_texts_sort_by_code_points(one: str, other: str, descending: bool) -> None:
    wanted = order(other, one) if descending else order(one, other)
    assert order(sort_key([(one, descending)]), sort_key([(other, descending)])) == wanted


FIELDS = (st.booleans(), st.booleans(), st.booleans())
ROWS = st.tuples(st.integers(-2, 2), st.sampled_from(["", "a", "aa", "b"]), st.floats(-1, 1))


@given(ROWS, ROWS, st.tuples(*FIELDS))
def test_several_fields_sort_one_after_the_other(
    one: tuple[Any, ...], other: tuple[Any, ...], descending: tuple[bool, ...]
) -> None:
    wanted = 0
    for a, b, turned in zip(one, other, descending, strict=True):
        wanted = wanted or (order(b, a) if turned else order(a, b))
    assert order(sort_key(zip(one, descending)), sort_key(zip(other, descending))) == wanted  # noqa: B905


def test_equal_fields_are_told_apart_by_time_and_then_by_whose_they_are() -> None:
    better, key = sort_key([(11, True)]), sort_key([(10, True)])
    made = [
        place(better, 9_000, "z"),
        place(key, 5, "b"),
        place(key, 16, "a"),
        place(key, 16, "b"),
        place(key, 1_700_000_000_000, "a"),
    ]
    assert sorted(made) == made
    assert {key_of(each) for each in made} == {better, key}
    assert made[-1] < after_equals(key) < place(sort_key([(9, True)]), 0, "")


@pytest.mark.parametrize(("one", "other"), [(0.0, -0.0), (1, 1.0), (2**60, float(2**60)), (True, 1)])
def test_what_is_equal_has_one_key(one: float, other: float) -> None:
    assert sort_key([(one, False)]) == sort_key([(other, False)])


def test_the_largest_numbers_have_places_too() -> None:
    values = [-(10**400), -1e308, -(2**64) - 1, -(2**64), 2**64, 2**64 + 1, 1e308, math.inf]
    keys = [sort_key([(value, False)]) for value in values]
    assert sorted(keys, key=cmp_to_key(order)) == keys
    assert len(set(keys)) == len(values)
