"""What defaults and filter values may compute (competition-rules.md §1.4)."""

import contextlib
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from competition.events.date_patterns import format_ms
from competition.events.expressions import ExpressionError, evaluate
from tests.competition.events.conftest import NOW_MS


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("plain", "plain"),
        ("", ""),
        ("costs $5 {now}", "costs $5 {now}"),
        ("${now}", NOW_MS),
        ("${ now }", NOW_MS),
        ("${now - 30 * 24 * 60 * 60 * 1000}", NOW_MS - 2_592_000_000),
        ('${format(now, "yyyy-MM-dd")}', "2026-11-27"),
        ("${format(now - 86400000, 'yyyy')}", "2026"),
        ('day ${format(now, "dd")} of ${format(now, "MM")}', "day 27 of 11"),
        ("at ${now}", f"at {NOW_MS}"),
        ("${1 + 2 * 3}", 7),
        ("${(1 + 2) * 3}", 9),
        ("${2 - 3 - 4}", -5),
        ("${-2 * -3}", 6),
        ("${7 / 2}", 3),
        ("${-7 / 2}", -3),
        ("${7.0 / 2}", 3.5),
        ("${-7 % 4}", -3),
        ("${7.5 % 2}", 1.5),
        ("${1.5 * 2}", 3),
        ('${"a text"}', "a text"),
    ],
)
def test_an_expression_is_computed(text: str, value: Any) -> None:
    assert evaluate(text, NOW_MS) == value


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("${", "expected a number, now, format or a sign"),
        ("${now", "expected a number, now, format or a sign"),
        ("${}", "unexpected }"),
        ("${nov}", 'unknown name "nov"'),
        ("${now now}", "expected }"),
        ("${now + }", "unexpected }"),
        ("${1 / 0}", "divided by zero, or too large"),
        ("${1 % 0}", "divided by zero, or too large"),
        ("${1.0 / 0}", "divided by zero, or too large"),
        ("${1.5 % 0.0}", "divided by zero, or too large"),
        ("${9223372036854775807 + 1}", "the number is too large"),
        ('${now + "1"}', 'unexpected "1"'),
        ('${format(now, "yyyy") + 1}', "+ takes numbers"),
        ("${format(now)}", "expected ,"),
        ("${format(now, yyyy)}", "expected a pattern in quotes"),
        ('${format(1.5, "yyyy")}', "format takes a whole number of milliseconds"),
        ('${format(now, "b")}', 'unknown letters in the pattern: "b"'),
        ('${format(now, "\'")}', "a quote in the pattern is not closed"),
        ('${format(9223372036854775807, "yyyy")}', "a moment outside the years 1 to 9999"),
        ("${" + "(" * 40 + "1" + ")" * 40 + "}", "nested deeper than 30"),
        ("${" + "-" * 40 + "1}", "nested deeper than 30"),
        ("${1}" + "x" * 1000, "an expression is longer than 1000 characters"),
        ("${__import__}", 'unknown name "__import__"'),
        ("${now.real}", "expected a number, now, format or a sign"),
    ],
)
def test_what_is_no_expression_is_refused_in_words(text: str, fault: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        evaluate(text, NOW_MS)
    assert str(refused.value).split(", near character")[0] == fault


def test_a_fault_says_where_it_is() -> None:
    with pytest.raises(ExpressionError, match=r"near character 12$"):
        evaluate("ab ${now + }", NOW_MS)


@given(some.text("${}now format()+-*/%0123456789.\"' ", max_size=1000).map(lambda text: "${" + text))
def test_no_text_takes_long_or_fails_otherwise(text: str) -> None:
    began = time.thread_time()
    with contextlib.suppress(ExpressionError):
        evaluate(text, NOW_MS)
    assert time.thread_time() - began < 0.5


EXPRESSIONS = some.recursive(
    some.integers(0, 10**6).map(str),
    lambda inner: some.tuples(inner, some.sampled_from("+-*"), inner).map(
        lambda three: f"({three[0]} {three[1]} {three[2]})"
    ),
    max_leaves=6,
)


@given(EXPRESSIONS)
def test_arithmetic_is_that_of_python(expression: str) -> None:
    expected = eval(expression)
    if abs(expected) < 2**63:
        assert evaluate(f"${{{expression}}}", 0) == expected


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("yyyy-MM-dd'T'HH:mm:ss.SSSZ", "2026-11-27T11:00:00.000+0000"),
        ("yy/M/d", "26/11/27"),
        ("EEE, d MMM yyyy", "Fri, 27 Nov 2026"),
        ("EEEE d MMMM", "Friday 27 November"),
        ("h:mm a", "11:00 AM"),
        ("kk KK hh", "11 11 11"),
        ("D u", "331 5"),
        ("YYYY-'W'ww", "2026-W48"),
        ("hh 'o''clock'", "11 o'clock"),
        ("'' X z G", "' Z UTC AD"),
        ("", ""),
    ],
)
def test_dates_are_written_by_javas_patterns(pattern: str, text: str) -> None:
    assert format_ms(NOW_MS, pattern) == text


def test_midnight_is_hour_0_12_and_24() -> None:
    assert format_ms(0, "H K h k a") == "0 0 12 24 AM"
    assert format_ms(43_200_000, "H K h k a") == "12 0 12 12 PM"
