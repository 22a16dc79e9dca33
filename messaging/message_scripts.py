"""Scripts that shape messages: run by whoever owns them, once a message and once a recipient."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec

from games.config import GameConfig
from protocol.run import Run


class Shaping(msgspec.Struct, frozen=True, rename="camel"):
    """What a script made of a message. `cancelled`: this recipient is not to get it.

    `fields` of the class's own take the place of the message's: those that show something as it is now.
    """

    script_data: dict[str, Any] = {}
    error: dict[str, Any] = {}
    cancelled: bool = False
    fields: dict[str, Any] = {}

    @property
    def changes(self) -> bool:
        return bool(self.script_data or self.error or self.cancelled or self.fields)


@dataclass(frozen=True, slots=True)
class Shaped:
    """A recipient's copy with an id of its own already, since its script was told it."""

    copy_id: str
    shaping: Shaping


@dataclass(frozen=True, slots=True)
class MessageInShape:
    """A message as its scripts see it. `type_key` as in configuration; `fields` are the class's own, with
    `scriptData` once the message's own script has set some."""

    type_key: str
    message_class: str
    ext_code: str | None
    fields: Mapping[str, Any]
    notification: bool
    player_ids: Sequence[str] = field(default=())


class MessageScripts(Protocol):
    """A failing script is its owner's to log; its message goes out without what it did."""

    def once(self, config: GameConfig, type_key: str) -> bool:
        """Whether a script is bound to the message."""

    def each(self, config: GameConfig, type_key: str) -> bool:
        """Whether a script is bound to every recipient's copy."""

    async def run_once(self, config: GameConfig, message: MessageInShape, run: Run) -> Shaping: ...

    async def run_each(
        self, config: GameConfig, message: MessageInShape, copies: Mapping[str, str], run: Run
    ) -> dict[str, Shaping]:
        """By player id; `copies` are the copies' ids by player id. Who is missing gets the message as it is.

        What the scripts send joins `run`.
        """


class NoScripts:
    def once(self, config: GameConfig, type_key: str) -> bool:
        return False

    def each(self, config: GameConfig, type_key: str) -> bool:
        return False

    async def run_once(self, config: GameConfig, message: MessageInShape, run: Run) -> Shaping:
        return Shaping()

    async def run_each(
        self, config: GameConfig, message: MessageInShape, copies: Mapping[str, str], run: Run
    ) -> dict[str, Shaping]:
        return {}


_scripts: MessageScripts = NoScripts()


def message_scripts() -> MessageScripts:
    return _scripts


def use_message_scripts(scripts: MessageScripts) -> None:
    global _scripts
    _scripts = scripts


def are_bound(config: GameConfig, type_key: str) -> bool:
    return _scripts.once(config, type_key) or _scripts.each(config, type_key)
