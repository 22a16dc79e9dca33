"""Importing a game document: all of it, or every fault and nothing."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from games import game_settings, publishing
from games.attached_files import find_file_faults, take_files
from games.audit import record
from games.changes import list_changes
from games.exports import encode, export_document, export_game
from games.lookup import find_game
from games.models import Game, User
from games.publishing import create_game, touch
from games.reading import read_document
from games.sections import all_sections, sections_by_need
from games.validation import DocumentFaults, find_faults

__all__ = ["DocumentFaults", "ImportResult", "encode", "export_game", "import_game"]


@dataclass(frozen=True, slots=True)
class ImportResult:
    """`changes` are lines such as `messages: changed FriendMessage`. After a dry run `game` is not stored."""

    game: Game
    created: bool
    changes: list[str]


def import_game(
    content: str,
    author: User | None,
    publish: bool = False,
    dry_run: bool = False,
    files: Path | None = None,
    only_new: bool = False,
) -> ImportResult:
    """Creates or updates the game named by the document's `apiKey`, unless that lies in the recycle bin.

    A section that is there is the whole truth about its rows; one that is left out stays as it is.
    Raises DocumentFaults with every fault, and changes nothing. A new game's live stage is unpublished until
    it is published. `files` is the folder of the files that the document names (games.attached_files).
    `only_new` refuses a document whose key is that of a game already.
    """
    given = read_document(content)
    with transaction.atomic():
        game = _existing(given)
        if game and only_new:
            raise DocumentFaults([f"apiKey: {game.api_key} is taken by a game of this installation"])
        if game and game.deleted is not None:
            raise DocumentFaults([f"apiKey: {game.api_key} is the key of a game in the recycle bin"])
        before = export_document(game) if game else {}
        document = _complete(given, before)
        if faults := find_faults(document) or _file_faults(game, given, files):
            raise DocumentFaults(faults)
        created = game is None
        game = game or create_game(
            document["name"], author, document["apiKey"], document.get("description", ""), published=False
        )
        start = export_document(game) if created else before
        _apply(game, given, author)
        after = export_document(game)
        game_settings.note_change(game, start, after, author)
        changes = list_changes(start, after)
        record(author, "game.imported", game.api_key, game, created=created, changes=changes[:100])
        touch(game)
        _seed(game, "preview", given, author)
        if publish:
            publishing.publish(game, author, "Imported")
            _seed(game, "live", given, author)
        if dry_run:
            transaction.set_rollback(True)
    if files and not dry_run:
        take_files(game, given, files)
    return ImportResult(game, created, changes)


def _file_faults(game: Game | None, given: dict[str, Any], files: Path | None) -> list[str]:
    return find_file_faults(game, given, files) if files else []


def _existing(given: dict[str, Any]) -> Game | None:
    api_key = given.get("apiKey")
    if not isinstance(api_key, str):
        return None
    return find_game(api_key)


def _complete(given: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """With what the game has already where the document is silent: references are checked against both."""
    return {**before, **given}


def _apply(game: Game, given: dict[str, Any], author: User | None) -> None:
    game.name = given.get("name", game.name)
    game.description = given.get("description", game.description)
    game.save(update_fields=["name", "description"])
    for section in sections_by_need():
        if section.name in given:
            section.apply(game, given[section.name], author)


def _seed(game: Game, stage: str, given: dict[str, Any], author: User | None) -> None:
    row = game.stage(stage)
    for section in all_sections():
        if section.name in given:
            section.seed(row, given[section.name], author)
