"""What a script's key must name so that anything ever runs it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from games.exports import export_document
from games.models import Credential, Game
from messaging.message_types import EXTENSION_PREFIX, OWN_EXTENSIONS
from protocol.catalogue import CATALOGUE, reference
from protocol.request import response_class

SYSTEM = (
    "GS_PLAYER_CONNECT",
    "GS_PLAYER_DISCONNECT",
    "GS_MINUTE",
    "GS_HOURLY",
    "GS_DAILY",
    "GS_GAME_PUBLISH",
    "GS_CALLBACK_URL",
)
MESSAGES = frozenset(reference("messages"))
RESPONSES = frozenset(response_class(name)[1:] for name in CATALOGUE)
MESSAGE_FOLDERS = ("message-global", "message-user")


@dataclass(frozen=True, slots=True)
class GameNames:
    """Short codes of what a game has."""

    events: frozenset[str] = frozenset()
    extensions: frozenset[str] = frozenset()
    credentials: frozenset[str] = frozenset()


def names_of(game: Game) -> GameNames:
    document = export_document(game)
    credentials = Credential.objects.filter(game=game).values_list("short_code", flat=True)
    return GameNames(
        _codes(document, "events"),
        _codes(document, "messageExtensions") | OWN_EXTENSIONS.keys(),
        frozenset(credentials),
    )


def why_unbound(key: str, names: GameNames) -> str | None:
    """A sentence for a key that nothing would ever run; None for all others."""
    folder, _, name = key.partition("/")
    match folder:
        case "request" | "response":
            known: Iterable[str] = CATALOGUE if folder == "request" else RESPONSES
            return None if name in known else f"there is no {name}"
        case "event" | "event-challenge":
            return None if name in names.events else f"the game has no event {name}"
        case "message-global" | "message-user":
            return _unknown_message(name, names)
        case "system":
            return None if name in SYSTEM else f"there is no system script {name}"
        case "callbacks":
            return None if name in names.credentials else f"the game has no credential {name}"
    return None


def _unknown_message(name: str, names: GameNames) -> str | None:
    if name.startswith(EXTENSION_PREFIX):
        code = name.removeprefix(EXTENSION_PREFIX)
        return None if code in names.extensions else f"the game has no message extension {code}"
    return None if name in MESSAGES else f"there is no {name}"


def _codes(document: Mapping[str, Any], section: str) -> frozenset[str]:
    return frozenset(item["shortCode"] for item in document.get(section, ()))
