"""The document of a game that uses every section."""

import json
from pathlib import Path
from typing import Any

TEXT = Path(__file__).with_name("duel.json").read_text()


def duel(**changes: Any) -> dict[str, Any]:
    """A copy that may be changed; `changes` replace whole sections."""
    return {**json.loads(TEXT), **changes}
