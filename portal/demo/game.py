"""The demo game: its document, and how it comes into the database."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from games.audit import record
from games.documents import import_game
from games.lookup import find_game
from games.models import AuditEntry, Game, User
from games.reading import read_document
from games.sections import Faults
from players.seed_section import PLAYERS

DOCUMENT = Path(__file__).with_name("game.json")
IMPORTED = "demo.imported"


@dataclass(frozen=True, slots=True)
class DemoGame:
    """`changes` says what an import just now changed, None where nothing had to be imported."""

    game: Game
    players: list[dict[str, Any]]
    changes: list[str] | None


def load(owner: User, document: Path = DOCUMENT) -> DemoGame:
    """Import the document when it is new here or was changed since; what operators edited stays otherwise.

    Raises DocumentFaults.
    """
    content = document.read_text()
    given = read_document(content)
    digest = hashlib.sha256(content.encode()).hexdigest()
    game = find_game(str(given.get("apiKey")))
    changes = None
    if game is None or _imported(game) != digest:
        result = import_game(content, owner, publish=True)
        game, changes = result.game, result.changes
        record(owner, IMPORTED, document.name, game, sha256=digest)
    return DemoGame(game, PLAYERS(given.get("players", []), Faults()), changes)


def _imported(game: Game) -> str:
    entry = AuditEntry.objects.filter(game=game, action=IMPORTED).first()
    return str(entry.detail.get("sha256", "")) if entry else ""
