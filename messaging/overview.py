"""The list of a game's message types: every standard class, changed or not, and the extensions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from games.models import Game
from messaging.field_catalogue import group_of, message_classes
from messaging.message_settings import settings_of
from messaging.message_types import EXTENSION_PREFIX, OWN_EXTENSIONS
from messaging.models import MessageType, MessageVersion

NEVER_CONFIGURED = (
    "SessionTerminatedMessage"  # written to the sockets it ends: never stored, listed or pushed
)
GROUPS = ("Multiplayer", "Player", "Leaderboards", "Teams", "Misc")
EXTENSIONS = "Extensions"
SHOWN = 60  # characters of a text


@dataclass(frozen=True, slots=True)
class Row:
    key: str
    name: str
    settings: Mapping[str, Any]
    version: MessageVersion | None

    @property
    def short(self) -> str:
        """How developers call it: the class, or an extension's code."""
        return self.key.removeprefix(EXTENSION_PREFIX)

    @property
    def named(self) -> bool:
        return self.name not in ("", self.key)

    @property
    def socket(self) -> bool:
        return bool(self.settings["sendViaSocket"])

    @property
    def push(self) -> bool:
        return bool(self.settings["sendAsPush"])

    @property
    def always(self) -> bool:
        return not self.settings["suppressPushOnSocketSend"]

    @property
    def expires(self) -> int:
        return int(self.settings["expireAfterHours"])

    @property
    def variants(self) -> int:
        return len(self.settings["variants"])

    @property
    def text(self) -> str:
        text = str(self.settings["template"])
        return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def configurable() -> tuple[str, ...]:
    """The standard classes whose settings mean something."""
    return tuple(name for name in message_classes() if name != NEVER_CONFIGURED)


def groups_of(game: Game) -> list[tuple[str, list[Row]]]:
    """One query, whatever the number of types."""
    stored = {
        row.key: row for row in MessageType.objects.filter(game=game, removed=False).select_related("current")
    }
    groups: dict[str, list[Row]] = {name: [] for name in (*GROUPS, EXTENSIONS)}
    for key in configurable():
        groups[group_of(key)].append(_row(key, key, stored.get(key)))
    names = {f"{EXTENSION_PREFIX}{code}": name for code, name in OWN_EXTENSIONS.items()}
    names |= {key: row.name or key for key, row in stored.items() if row.ext_code}
    groups[EXTENSIONS] = [_row(key, name, stored.get(key)) for key, name in sorted(names.items())]
    return list(groups.items())


def is_known(game: Game, key: str) -> bool:
    """Whether the game has a message type of that key to configure."""
    if key in configurable() or key.removeprefix(EXTENSION_PREFIX) in OWN_EXTENSIONS:
        return True
    return MessageType.objects.filter(game=game, key=key, removed=False).exists()


def _row(key: str, name: str, stored: MessageType | None) -> Row:
    version = stored.current if stored else None
    return Row(key, name, settings_of(version), version)
