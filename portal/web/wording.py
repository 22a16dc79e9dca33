"""Values as pages show them."""

import json
import unicodedata
from datetime import UTC, datetime
from typing import Any


def moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def day(ms: int) -> str:
    at = moment(ms)
    return f"{at.day} {at:%B %Y}"


def minute(ms: int) -> str:
    return f"{day(ms)}, {moment(ms):%H:%M} UTC"


def document(value: Any) -> str:
    """JSON to read, in which no character hides or turns the others around."""
    return seen(json.dumps(value, indent=2, ensure_ascii=False))


def seen(text: str) -> str:
    """Control and format characters by their number, but for line ends."""
    return "".join(
        f"\\u{ord(each):04x}" if each != "\n" and unicodedata.category(each) in ("Cc", "Cf") else each
        for each in text
    )
