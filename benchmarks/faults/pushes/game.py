"""The game of these faults: numbered news, which nobody who is away should miss."""

import json
import re
from pathlib import Path
from typing import Any

from tests.wire_games import WireGame

STAGE, CODE = "preview", "NEWS"
_NUMBER = re.compile(r"news (\d+)\.")


def write(folder: Path) -> WireGame:
    file = folder / "paper.json"
    file.write_text(json.dumps(_document()))
    return WireGame.read(file)


def number_in(payload: object) -> int:
    """Of the news that a device was shown. ValueError where there is none."""
    found = _NUMBER.search(str(payload))
    if found is None:
        raise ValueError(f"no news: {payload}")
    return int(found[1])


def _document() -> dict[str, Any]:
    return {
        "format": "flint.game/1",
        "name": "Paper",
        "apiKey": "paper0000001",
        "credentials": [
            {
                "shortCode": "server",
                "name": "Server",
                "secret": "server-secret",
                "player": False,
                "restPolicy": "allowed",
            }
        ],
        "messageExtensions": [
            {"shortCode": CODE, "name": "News", "title": "Paper", "template": "news ${data.number}."}
        ],
    }
