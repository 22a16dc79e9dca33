from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from push.transports.retry_after import seconds_to_wait


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("٣", None),
        ("0", 1),
        (" 17 ", 17),
        ("999999999", 86_400),
        ("Thu, 01 Dec 2016 00:01:00 GMT", 1),
    ],
)
def test_header_means(header: str | None, seconds: float | None):
    assert seconds_to_wait(header) == seconds


def test_date_counts_from_now():
    waited = seconds_to_wait(format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True))
    assert waited is not None
    assert 38 <= waited <= 40
