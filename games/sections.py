"""The sections of a game's configuration: each package registers how its own are read, stored and compiled.

A section's data is what stands under its key in the game document (game-config.md), JSON types only.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from graphlib import TopologicalSorter
from importlib import import_module
from typing import Any

from django.conf import settings

from games.models import Game, Stage, User

ORDER = (
    "credentials",
    "messages",
    "messageExtensions",
    "segments",
    "segmentQueries",
    "events",
    "runningTotals",
    "leaderboards",
    "achievements",
    "challenges",
    "teams",
    "matches",
    "scripts",
    "broadcastLimits",
    "currencies",
    "virtualGoods",
    "properties",
    "propertySets",
    "downloadables",
    "metaCollections",
    "dataTypes",
    "players",
)

_PLAIN_KEY = re.compile(r"[A-Za-z0-9_@-]{1,60}")


class Faults:
    """Collects what is wrong with a document, each fault as `path: message`.

    `at` goes down: `at("messages[2]").at("title")` is `at("messages[2].title")`, `at(2)` an item.
    `key` goes down a name that somebody else chose. All children share one list, `found`.
    """

    def __init__(self, path: str = "", found: list[str] | None = None) -> None:
        self.path = path
        self.found: list[str] = [] if found is None else found

    def at(self, step: str | int) -> "Faults":
        if isinstance(step, int):
            return Faults(f"{self.path}[{step}]", self.found)
        joint = "." if self.path and not step.startswith("[") else ""
        return Faults(self.path + joint + step, self.found)

    def key(self, name: str) -> "Faults":
        return self.at(name if _PLAIN_KEY.fullmatch(name) else f"[{json.dumps(name[:60])}]")

    def add(self, message: str) -> None:
        self.found.append(f"{self.path or 'document'}: {message}")


@dataclass(frozen=True, slots=True)
class CompileContext:
    """What a section may use while it compiles.

    `version_ids` is the merged result of every section's `versions`. `sections` holds what is compiled
    already: at least the sections named in `needs`.
    """

    game_id: int
    stage_id: int
    stage: str
    version_ids: Mapping[str, int] | None = None
    sections: Mapping[str, Any] = field(default_factory=dict)


class Section:
    """One section. Subclasses set `name`, register an instance, and override what they need.

    `needs` are sections that are applied and compiled first. `exported` False: never written out (`players`).
    `empty` is the data of a game that has none.
    """

    name: str
    needs: tuple[str, ...] = ()
    exported: bool = True

    def empty(self) -> Any:
        return []

    def export(self, game: Game) -> Any:
        """The working rows as data, complete and in a stable order."""
        return self.empty()

    def export_secret(self, game: Game) -> Any:
        """The same with its secrets, for `export_game --with-secrets`."""
        return self.export(game)

    def validate(self, data: Any, faults: Faults, document: Mapping[str, Any]) -> None:
        """Adds every fault, with its path from the document's root (`faults.at("messages[2].title")`).

        `document` is the whole document, sections that the import leaves alone included; nothing in it
        is known to be well-formed.
        """

    def apply(self, game: Game, data: Any, author: User | None) -> None:
        """Makes the working rows equal to validated data, in the caller's transaction."""

    def seed(self, stage: Stage, data: Any, author: User | None) -> None:
        """For data that belongs to a stage (`players`): runs after `apply` of all sections."""

    def compile(self, data: Any, context: CompileContext) -> Any:
        """What the run time reads from `GameConfig.sections[name]`. Must not change afterwards."""
        return data

    def versions(self, game: Game) -> dict[str, int]:
        """Ids of the immutable rows that the working configuration now stands on, by message key."""
        return {}


_registered: dict[str, Section] = {}


def register(section: Section) -> Section:
    """Raises ValueError for a name that game-config.md does not have."""
    if section.name not in ORDER:
        raise ValueError(f"{section.name} is not a section of the game document.")
    _registered[section.name] = section
    return section


def all_sections() -> Iterator[Section]:
    """In the document's key order."""
    _load()
    return (_registered[name] for name in ORDER if name in _registered)


def sections_by_need() -> Iterator[Section]:
    """Each after those it needs, otherwise in the document's key order."""
    graph = {section.name: section.needs for section in all_sections()}
    return (_registered[name] for name in TopologicalSorter(graph).static_order() if name in _registered)


@cache
def _load() -> None:
    for module in settings.FLINT_SECTION_MODULES:
        import_module(module)
