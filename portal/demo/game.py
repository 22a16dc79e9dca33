"""The demo game: its document, its scripts beside it, and how they come into the database."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cloudcode.trees import read_tree
from games.audit import record
from games.documents import import_game
from games.lookup import find_game
from games.models import AuditEntry, Game, User
from games.reading import read_document
from games.recycling import restore_game
from games.sections import Faults
from players.seed_section import PLAYERS

DOCUMENT = Path(__file__).with_name("game.json")
SCRIPTS = "scripts"  # a folder beside it, as import_scripts reads one
IMPORTED = "demo.imported"


@dataclass(frozen=True, slots=True)
class DemoGame:
    """`changes` says what an import just now changed, None where nothing had to be imported."""

    game: Game
    players: list[dict[str, Any]]
    changes: list[str] | None


def load(owner: User, document: Path = DOCUMENT) -> DemoGame:
    """Import the document when it is new here or was changed since; what operators edited stays otherwise.

    A demo that was deleted comes back out of the recycle bin. Raises DocumentFaults.
    """
    given = demo_document(document)
    content = json.dumps(given)
    digest = hashlib.sha256(content.encode()).hexdigest()
    game = find_game(str(given.get("apiKey")))
    changes = None
    if game is not None and game.deleted is not None:
        restore_game(game, owner)
    if game is None or _imported(game) != digest:
        result = import_game(content, owner, publish=True)
        game, changes = result.game, result.changes
        record(owner, IMPORTED, document.name, game, sha256=digest)
    return DemoGame(game, PLAYERS(given.get("players", []), Faults()), changes)


def demo_document(document: Path = DOCUMENT) -> dict[str, Any]:
    """The document with the scripts of the folder beside it."""
    return read_document(document.read_text()) | _scripts(document.with_name(SCRIPTS))


def _scripts(folder: Path) -> dict[str, Any]:
    return {"scripts": read_tree(folder).texts} if folder.is_dir() else {}


def _imported(game: Game) -> str:
    entry = AuditEntry.objects.filter(game=game, action=IMPORTED).first()
    return str(entry.detail.get("sha256", "")) if entry else ""
