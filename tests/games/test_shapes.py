from typing import Any

import pytest

from games.sections import Faults
from games.shapes import (
    Check,
    Default,
    anything,
    array,
    choice,
    flag,
    mapping,
    nullable,
    number,
    rows,
    shape,
    text,
    unique,
)


def faults_of(check: Check, value: Any) -> list[str]:
    faults = Faults()
    check(value, faults.at("x"))
    return faults.found


@pytest.mark.parametrize(
    ("check", "value"),
    [
        (anything, {"a": [None]}),
        (flag, False),
        (text(3), "abc"),
        (text(3, pattern="[a-z]+", hint="letters"), "abc"),
        (number(), 1.5),
        (number(0, 5, whole=True), 5),
        (choice("asc", "desc"), "asc"),
        (nullable(flag), None),
        (array(flag, least=2, most=2), [True, False]),
        (mapping(flag), {"a": True}),
        (unique(array(shape({"shortCode": text(5)}))), [{"shortCode": "A"}, {"shortCode": "B"}]),
    ],
)
def test_fit_value_has_no_fault_and_stays_itself(check: Check, value: Any) -> None:
    assert faults_of(check, value) == []
    assert check(value, Faults()) == value


@pytest.mark.parametrize(
    ("check", "value", "found"),
    [
        (flag, 1, "x: expected true or false"),
        (text(3), 1, "x: expected a text"),
        (text(3), "abcd", "x: longer than 3 characters"),
        (text(3, 1), "", "x: must not be empty"),
        (text(3, pattern="[a-z]+", hint="letters"), "ab\n", "x: expected letters"),
        (number(), True, "x: expected a number"),
        (number(), "1", "x: expected a number"),
        (number(whole=True), 1.5, "x: expected a whole number"),
        (number(0, 5), -1, "x: must be at least 0"),
        (number(0, 5), 6, "x: must be at most 5"),
        (choice("asc", "desc"), ["asc"], "x: expected one of asc, desc"),
        (nullable(flag), "", "x: expected true or false"),
        (array(flag), {}, "x: expected a list"),
        (array(flag, least=6, most=6), [True], "x: expected 6 items"),
        (array(flag, most=1), [True, True], "x: expected 0 to 1 items"),
        (array(flag), [True, 0], "x[1]: expected true or false"),
        (mapping(flag), [], "x: expected an object"),
        (mapping(flag), {"a": 0}, "x.a: expected true or false"),
        (mapping(flag, "[a-z]+", "letters"), {"a b": True}, 'x["a b"]: expected letters'),
        (shape({}), [], "x: expected an object"),
        (shape({"a": flag}), {}, "x.a: required"),
        (shape({"a": flag}), {"a": True, "b": 1}, "x.b: unknown key"),
        (shape({"a": Default(True, flag)}), {"a": None}, "x.a: expected true or false"),
        (rows({"shortCode": text(5)}), [{"shortCode": "A"}] * 2, 'x[1].shortCode: "A" is there twice'),
    ],
)
def test_unfit_value_has_one_fault(check: Check, value: Any, found: str) -> None:
    assert faults_of(check, value) == [found]


def test_shape_fills_defaults_in_declared_order() -> None:
    check = shape({"a": flag, "b": Default([1], array(number())), "c": Default(None, nullable(flag))})
    assert list(check({"c": True, "a": False}, Faults()).items()) == [("a", False), ("b", [1]), ("c", True)]


def test_rows_are_sorted_by_short_code() -> None:
    check = rows({"shortCode": text(5)})
    assert check([{"shortCode": "B"}, {"shortCode": "A"}], Faults()) == [
        {"shortCode": "A"},
        {"shortCode": "B"},
    ]
