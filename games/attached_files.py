"""Bytes that travel beside the game document, in a folder: `import_game --files`, `export_game --files`.

A section's data names its files; the package that owns the section keeps their bytes.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.core.files import File

from games.models import Game
from games.sections import Faults, Section, all_sections

Document = Mapping[str, Any]


class FileSection(Section, ABC):
    """A section whose data names files. The data is valid wherever it is handed in here."""

    @abstractmethod
    def check_files(self, game: Game | None, data: Any, folder: Path, faults: Faults) -> None:
        """Adds a fault for each file that is not there, neither in the folder nor the game's already."""

    @abstractmethod
    def take_files(self, game: Game, data: Any, folder: Path) -> None:
        """Keeps the bytes that the folder has and the game has not. They were checked."""

    @abstractmethod
    def give_files(self, game: Game, data: Any, folder: Path) -> None:
        """Writes the bytes that are there into the folder, where `take_files` finds them."""

    @abstractmethod
    def describe_file(self, content: "File[bytes]") -> dict[str, Any]:
        """What an item of the section says of a file."""

    @abstractmethod
    def keep_file(self, game: Game, content: "File[bytes]") -> None:
        """Keeps the bytes, for an item that is valid."""

    @abstractmethod
    def missing_files(self, game: Game, data: Any) -> list[str]:
        """The short codes of those without bytes."""


def find_file_faults(game: Game | None, document: Document, folder: Path) -> list[str]:
    """Lines `path: message`, as games.validation has them."""
    faults = Faults()
    for section, data in _named(document):
        section.check_files(game, data, folder, faults.at(section.name))
    return faults.found


def take_files(game: Game, document: Document, folder: Path) -> None:
    """Outside of a transaction: bytes that are stored cannot be rolled back."""
    for section, data in _named(document):
        section.take_files(game, data, folder)


def give_files(game: Game, document: Document, folder: Path) -> None:
    for section, data in _named(document):
        section.give_files(game, data, folder)


def missing_files(game: Game, document: Document) -> list[str]:
    """As `downloadables: LEVELS has no file yet`."""
    return [
        f"{section.name}: {code} has no file yet"
        for section, data in _named(document)
        for code in section.missing_files(game, data)
    ]


def _named(document: Document) -> Iterator[tuple[FileSection, Any]]:
    for section in all_sections():
        if isinstance(section, FileSection) and section.name in document:
            yield section, document[section.name]
