"""The games that live servers serve: keys and secrets, from the documents they are imported from."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

FOLDER = Path(__file__).with_name("wire")


@dataclass(frozen=True, slots=True)
class WireGame:
    """A game document with the secret of each credential by its short code."""

    document: Path
    api_key: str
    secrets: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, document: Path) -> Self:
        data = json.loads(document.read_text())
        return cls(
            document, data["apiKey"], {each["shortCode"]: each["secret"] for each in data["credentials"]}
        )

    def path(self, stage: str = "preview", credential: str = "device") -> str:
        """The socket's path, path-based; `stage` empty gives the form without one."""
        return f"/{stage}/ws/{credential}/{self.api_key}".replace("//", "/")


GAME = WireGame.read(FOLDER / "game.json")
OTHER_GAME = WireGame.read(FOLDER / "other_game.json")
