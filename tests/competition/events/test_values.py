"""What a request says of an event (competition-rules.md §1.2, §1.3)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from competition.events.numbers import add, read_number
from competition.events.types import Attribute, EventType
from competition.events.values import read_values
from protocol.errors import RequestError
from tests.competition.events.conftest import NOW_MS


def read(raw: dict[str, Any], *attributes: Attribute) -> dict[str, Any]:
    return read_values(EventType("E", {each.code: each for each in attributes}), raw, NOW_MS)


def fault(raw: dict[str, Any], *attributes: Attribute) -> dict[str, Any]:
    with pytest.raises(RequestError) as refused:
        read(raw, *attributes)
    return refused.value.fields


@pytest.mark.parametrize(
    ("kind", "given", "value"),
    [
        ("number", 5, 5),
        ("number", "10", 10),
        ("number", " -2.5 ", -2.5),
        ("number", "1e3", 1000),
        ("number", 3.0, 3),
        ("number", 2**63 - 1, 2**63 - 1),
        ("number", 1e300, 1e300),
        ("string", "x", "x"),
        ("string", "", ""),
        ("string", 10, "10"),
        ("string", 2.5, "2.5"),
        ("string", "${now}", "${now}"),
        ("json", {"a": [1, None]}, {"a": [1, None]}),
        ("json", "x", "x"),
        ("json", False, False),
    ],
)
def test_a_value_is_read_as_its_attributes_kind(kind: str, given: Any, value: Any) -> None:
    found = read({"A": given, "B": 1}, Attribute("A", kind))
    assert (found, type(found["A"])) == ({"A": value}, type(value))


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        *(("number", each) for each in ("", "x", "0x10", "1_000", "nan", "inf", "1e999", "٣", True, [], {})),
        *(("number", each) for each in (2**63, -(2**63) - 1, "9" * 500)),
        *(("string", each) for each in (True, [], {"a": 1}, 2**64)),
    ],
)
def test_what_cannot_be_read_is_invalid(kind: str, given: Any) -> None:
    assert fault({"A": given}, Attribute("A", kind)) == {"A": "INVALID"}


def test_every_faulty_attribute_is_named_at_once() -> None:
    attributes = [Attribute(code) for code in "ABCDE"]
    assert fault({"A": "x", "B": None, "C": 1, "E": []}, *attributes) == {
        "A": "INVALID",
        "B": "REQUIRED",
        "D": "REQUIRED",
        "E": "INVALID",
    }


@pytest.mark.parametrize(
    ("kind", "default", "value"),
    [
        ("number", 7, 7),
        ("number", "7", 7),
        ("number", 0, 0),
        ("number", "${now}", NOW_MS),
        ("string", "${now}", str(NOW_MS)),
        ("string", '${format(now, "yyyy-MM-dd")}', "2026-11-27"),
        ("string", "", ""),
        ("json", {"a": "${now}"}, {"a": "${now}"}),
        ("json", False, False),
    ],
)
@pytest.mark.parametrize("raw", [{}, {"A": None}])
def test_a_missing_value_is_its_default(kind: str, default: Any, value: Any, raw: dict[str, Any]) -> None:
    found = read(raw, Attribute("A", kind, default))
    assert (found, type(found["A"])) == ({"A": value}, type(value))
    assert read({"A": 1}, Attribute("A", kind, default)) == {"A": "1" if kind == "string" else 1}


def test_a_default_that_cannot_be_computed_is_invalid() -> None:
    assert fault({}, Attribute("A", "number", "${1 / (now - now)}")) == {"A": "INVALID"}


@given(some.integers(-(2**63) + 1, 2**63 - 1), some.integers(-(2**63) + 1, 2**63 - 1))
def test_sums_are_exact_while_they_are_whole(one: int, other: int) -> None:
    total = add(one, other)
    assert total == one + other if abs(one + other) < 2**63 else total == float(one + other)


def test_a_sum_stays_a_number() -> None:
    assert add(1.7e308, 1.7e308) == 1.7976931348623157e308
    assert add(-1.7e308, -1.7e308) == -1.7976931348623157e308
    assert (add(0.5, 0.5), type(add(0.5, 0.5))) == (1, int)


@given(some.integers(-(2**63) + 1, 2**63 - 1) | some.floats(allow_nan=False, allow_infinity=False))
def test_a_number_reads_the_same_from_its_text(number: float) -> None:
    assert read_number(str(number)) == read_number(number) == number
