"""A game's working rows, or a stage's snapshot, as the game document."""

import json
from typing import Any

from games.kept_sections import KeptSection, kept_data
from games.models import Game
from games.sections import all_sections

FORMAT = "flint.game/1"


def export_game(game: Game, stage: str = "preview", with_secrets: bool = False) -> str:
    """The document as text: the same rows always give the same text.

    Preview is the working rows, live the published snapshot. Credentials are the game's own on both.
    Raises LookupError when live is not published.
    """
    working = export_document(game, with_secrets)
    if stage == "preview":
        return encode(working)
    snapshot = game.stage(stage).snapshot
    if snapshot is None:
        raise LookupError(f"{game.api_key}: the live stage is not published yet.")
    return encode(json.loads(snapshot.document) | {"credentials": working["credentials"]})


def export_document(game: Game, with_secrets: bool = False) -> dict[str, Any]:
    document: dict[str, Any] = {
        "format": FORMAT,
        "name": game.name,
        "description": game.description,
        "apiKey": game.api_key,
    }
    kept = kept_data(game)
    for section in all_sections():
        if isinstance(section, KeptSection):
            document[section.name] = section.of(kept)
        elif section.exported:
            document[section.name] = section.export_secret(game) if with_secrets else section.export(game)
    return document


def encode(document: dict[str, Any]) -> str:
    """One value a line, so that two exports can be compared line by line."""
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def message_versions(game: Game) -> dict[str, int]:
    """Which immutable settings version each message now has."""
    merged: dict[str, int] = {}
    for section in all_sections():
        merged.update(section.versions(game))
    return merged
