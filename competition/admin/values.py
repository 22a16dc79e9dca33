"""Values by their wire names, as people read them."""

import json
from collections.abc import Mapping
from typing import Any


def as_words(values: Mapping[str, Any]) -> str:
    """`SCORE 12, COUNTRY "UK"`; a dash for nothing."""
    return (
        ", ".join(f"{name} {json.dumps(value, ensure_ascii=False)}" for name, value in values.items()) or "–"
    )
