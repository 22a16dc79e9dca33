"""The Retry-After header, in both of its forms (RFC 9110, 10.2.3)."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

SHORTEST, LONGEST = 1.0, 24 * 3600.0


def seconds_to_wait(header: str | None) -> float | None:
    """From now; None where there is no header that can be read."""
    asked = _seconds(header) if header else None
    return None if asked is None else min(max(asked, SHORTEST), LONGEST)


def _seconds(header: str) -> float | None:
    text = header.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - datetime.now(UTC).timestamp()
