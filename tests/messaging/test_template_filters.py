from typing import Any

import pytest

from messaging.template_filters import FILTERS
from messaging.template_values import LONGEST_VALUE, NOTHING, Missing, as_text, path_name, resolve


@pytest.mark.parametrize("name", sorted(set(FILTERS) - {"d", "default", "length", "count"}))
def test_no_value_goes_through_so_that_its_path_can_be_named(name: str) -> None:
    missing = Missing("a.b")
    assert FILTERS[name](missing) is missing


@pytest.mark.parametrize(
    ("name", "value", "arguments", "result"),
    [
        ("default", NOTHING, ("x",), "x"),
        ("default", None, ("x",), "x"),
        ("default", "", ("x",), ""),
        ("default", "", ("x", True), "x"),
        ("length", NOTHING, (), 0),
        ("length", 7, (), 0),
        ("length", {"a": 1}, (), 1),
        ("first", [], (), NOTHING),
        ("last", 7, (), NOTHING),
        ("int", "7.9", (), 7),
        ("int", "nan", (-1,), -1),
        ("int", "1e999", (-1,), -1),
        ("int", "9" * 5000, (-1,), -1),
        ("int", [], (-1,), -1),
        ("round", 2.345, (2,), 2.35),
        ("round", "x", (), "x"),
        ("round", 1.5, (-300,), 2.0),
        ("truncate", "abcdef", (4,), "abc…"),
        ("truncate", "abcdef", (1, "....."), "."),
        ("truncate", "abcdef", (-3,), ""),
        ("capitalize", "aDA", (), "Ada"),
        ("lower", "ADA", (), "ada"),
        ("join", "abc", ("-" * 1000,), "abc"),
    ],
)
def test_filter(name: str, value: Any, arguments: tuple[Any, ...], result: Any) -> None:
    assert FILTERS[name](value, *arguments) == result


def test_no_filter_makes_more_than_the_longest_value() -> None:
    assert len(FILTERS["join"](["x" * 300] * 1000, "y" * 300)) == 9_900
    assert len(FILTERS["join"](["x" * 9_000] * 1000, "y")) == LONGEST_VALUE
    assert len(FILTERS["upper"]("x" * 20_000)) == LONGEST_VALUE


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (NOTHING, ""),
        (True, "true"),
        (False, "false"),
        (7, "7"),
        (10.0, "10"),
        (-0.5, "-0.5"),
        (1e300, "1e+300"),
        ("é😀", "é😀"),
        ({"a": [1, None]}, '{"a":[1,null]}'),
        ([], "[]"),
    ],
)
def test_values_as_text(value: Any, text: str) -> None:
    assert as_text(value) == text


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("a", "items"), "I"),
        (("a", "list", 0), 1),
        (("a", "list", 5), NOTHING),
        (("a", "list", "append"), NOTHING),
        (("a", "none"), None),
        (("a", "none", "x"), NOTHING),
        (("a", "text", "upper"), NOTHING),
        (("a", "text", 0), NOTHING),
        (("a", 1), "one"),
    ],
)
def test_paths_resolve_by_items_only(path: tuple[str | int, ...], value: Any) -> None:
    context = {"a": {"items": "I", "list": [1], "none": None, "text": "t", "1": "one"}}
    assert resolve(context, path) is value or resolve(context, path) == value


def test_path_is_named_as_it_is_written() -> None:
    assert path_name(("challenge", "accepted", 0, "SUM-SCORE")) == "challenge.accepted[0].SUM-SCORE"
