"""Files that a game offers its players: the section `downloadables`, and where their bytes are.

The configuration names a file by its hash; the bytes are the game's, so that a snapshot, which names an
older one, still finds it.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files import File

from competition.models import GameFile
from competition.uploads import storing
from games.config_store import configs
from games.models import Game
from protocol.errors import RequestError

PIECE = 256 * 1024


@dataclass(frozen=True, slots=True)
class Downloadable:
    """`name` is what the file is called where it is fetched."""

    code: str
    name: str
    sha256: str


def read_downloadable(item: Mapping[str, Any]) -> Downloadable:
    return Downloadable(item["shortCode"], item["file"]["name"], item["file"]["sha256"])


def find(game_id: int, stage_id: int, code: str) -> tuple[Downloadable, GameFile]:
    """Raises RequestError `shortCode: INVALID`, also where the bytes were never given."""
    offered: Mapping[str, Downloadable] = configs.current(stage_id).sections["downloadables"]
    if code in offered:
        found = game_file(game_id, offered[code].sha256)
        if found is not None:
            return offered[code], found
    raise RequestError({"shortCode": "INVALID"})


def game_file(game_id: int, sha256: str) -> GameFile | None:
    return GameFile.objects.select_related("file").filter(game=game_id, sha256=sha256).first()


def keep(game: Game, content: "File[bytes]") -> GameFile:
    """Store bytes as the game's, once however often they come."""
    digest = sha256_of(content)
    found = game_file(game.pk, digest)
    if found is not None:
        return found
    made, _ = GameFile.objects.get_or_create(
        game=game, sha256=digest, defaults={"file": storing.store(content)}
    )
    return made


def sha256_of(content: "File[bytes]") -> str:
    digest = hashlib.sha256()
    for piece in content.chunks(PIECE):
        digest.update(piece)
    return digest.hexdigest()
