import pytest
from hypothesis import given
from hypothesis import strategies as some

from competition.periods import began_ms, date_of, ends_ms, period_of
from protocol.dates import parse_date

FREQUENCIES = some.sampled_from(["daily", "weekly", "monthly"])
MOMENTS = some.integers(parse_date("1970-01-05T00:00Z"), parse_date("2100-01-01T00:00Z"))


@pytest.mark.parametrize(
    ("frequency", "at", "began", "ends"),
    [
        ("daily", "2026-11-27T11:20:59Z", "2026-11-27", "2026-11-28"),
        ("daily", "2026-12-31T23:59:59Z", "2026-12-31", "2027-01-01"),
        ("weekly", "2026-11-29T23:59:59Z", "2026-11-23", "2026-11-30"),  # a Sunday
        ("weekly", "2026-11-30T00:00:00Z", "2026-11-30", "2026-12-07"),
        ("weekly", "2027-01-01T00:00:00Z", "2026-12-28", "2027-01-04"),
        ("monthly", "2024-02-29T23:59:59Z", "2024-02-01", "2024-03-01"),
        ("monthly", "2026-12-01T00:00:00Z", "2026-12-01", "2027-01-01"),
    ],
)
def test_a_period_begins_and_ends_at_midnight_utc(frequency: str, at: str, began: str, ends: str) -> None:
    moment = parse_date(at)
    assert period_of(frequency, moment) == began
    assert began_ms(frequency, moment) == parse_date(f"{began}T00:00Z")
    assert ends_ms(frequency, moment) == parse_date(f"{ends}T00:00Z")


@pytest.mark.parametrize("frequency", ["never", "realtime"])
def test_what_never_ends_has_no_periods(frequency: str) -> None:
    assert period_of(frequency, parse_date("2026-11-27T11:20Z")) == ""


@given(FREQUENCIES, MOMENTS)
def test_periods_follow_each_other_without_a_gap(frequency: str, at_ms: int) -> None:
    began, ends = began_ms(frequency, at_ms), ends_ms(frequency, at_ms)
    assert began <= at_ms < ends
    assert (began_ms(frequency, ends), began_ms(frequency, ends - 1)) == (ends, began)


def test_a_date_is_that_of_utc() -> None:
    assert date_of(parse_date("2026-11-27T23:59:59Z") + 999) == "2026-11-27"
