import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.dates import format_date, now_ms, parse_date

FIRST = -62_135_596_800_000  # 0001-01-01T00:00Z
LAST = 253_402_300_799_999  # the end of 9999


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (0, "1970-01-01T00:00Z"),
        (59_999, "1970-01-01T00:00Z"),
        (60_000, "1970-01-01T00:01Z"),
        (-1, "1969-12-31T23:59Z"),
        (1_403_085_300_000, "2014-06-18T09:55Z"),
        (FIRST, "0001-01-01T00:00Z"),
        (LAST, "9999-12-31T23:59Z"),
    ],
)
def test_format_date_is_in_minutes_of_utc(ms: int, text: str) -> None:
    assert format_date(ms) == text


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("2014-06-18T09:55Z", 1_403_085_300_000),
        ("2014-06-18T09:55:07Z", 1_403_085_307_000),
        ("1970-01-01T00:00Z", 0),
        ("2024-02-29T00:00Z", 1_709_164_800_000),
    ],
)
def test_parse_date_takes_dates_with_and_without_seconds(text: str, ms: int) -> None:
    assert parse_date(text) == ms


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2014-06-18",
        "2014-06-18T09:55",
        "2014-06-18 09:55Z",
        "2014-06-18T09:55+00:00",
        "2014-06-18T09:55Z ",
        "2014-06-18T09:55Z\n",
        "2014-13-18T09:55Z",
        "2023-02-29T00:00Z",
        "2014-06-18T24:00Z",
        "2014-06-18T09:60Z",
        "0000-01-01T00:00Z",
        "٢٠١٤-06-18T09:55Z",
        "14-06-18T09:55Z",
    ],
)
def test_parse_date_refuses_other_forms(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a date|must be in|out of range|day is"):
        parse_date(text)


@given(st.integers(min_value=FIRST, max_value=LAST))
def test_dates_come_back_rounded_down_to_the_minute(ms: int) -> None:
    assert parse_date(format_date(ms)) == ms // 60_000 * 60_000


@given(st.text())
def test_parse_date_raises_nothing_but_value_error(text: str) -> None:
    try:
        parse_date(text)
    except ValueError:
        return


def test_now_ms_is_the_clock() -> None:
    before = time.time()
    assert before * 1000 - 1 <= now_ms() <= time.time() * 1000
