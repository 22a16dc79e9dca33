"""Snapshots of a game's working configuration: taken, named, uploaded, gone back to, deleted.

Credentials are the game's own, on both stages: no snapshot changes them.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from games.audit import record
from games.changes import Change, changes
from games.documents import import_game
from games.exports import encode, export_document, message_versions
from games.models import Game, Snapshot, Stage, User
from games.one_moment import one_moment
from games.reading import read_document
from games.validation import DocumentFaults, find_faults

Document = Mapping[str, Any]
Source = Snapshot.Source
GAME_WIDE = "credentials"
LONGEST_NOTE = 2000
WORKING_COPIES = 16  # that a process keeps in memory
LIVE_STAYS = "Live runs this snapshot: publish another one first."


def take(
    game: Game, author: User | None, description: str, note: str = "", source: Source = Source.MANUAL
) -> Snapshot:
    """Of the working copy as it is now, fit to be published or not."""
    with transaction.atomic():
        snapshot = Snapshot.objects.create(
            game=game,
            document=encode(export_document(game)),
            versions=message_versions(game),
            description=description,
            note=note,
            author=author,
            source=source,
        )
        record(author, "snapshot.taken", description, game, snapshot=snapshot.pk, source=source.value)
    return snapshot


def upload(game: Game, author: User | None, content: str, description: str) -> Snapshot:
    """Keep a game document, of this game or of another, as a snapshot for the working copy.

    What it leaves out is as the working copy has it. Raises DocumentFaults with every fault.
    """
    given = read_document(content)
    working = export_document(game)
    named = {key: value for key, value in given.items() if key not in ("players", GAME_WIDE)}
    document = {**working, **named, "apiKey": game.api_key}
    if faults := find_faults(document):
        raise DocumentFaults(faults)
    with transaction.atomic():
        snapshot = Snapshot.objects.create(
            game=game,
            document=encode(document),
            description=description,
            author=author,
            source=Source.UPLOAD,
        )
        record(author, "snapshot.uploaded", description, game, snapshot=snapshot.pk)
    return snapshot


def describe(snapshot: Snapshot, author: User | None, description: str, note: str) -> None:
    if (description, note) == (snapshot.description, snapshot.note):
        return
    with transaction.atomic():
        snapshot.description, snapshot.note = description, note
        snapshot.save(update_fields=["description", "note"])
        record(author, "snapshot.described", description, snapshot.game, snapshot=snapshot.pk)


def revert(snapshot: Snapshot, author: User | None) -> Snapshot | None:
    """Make the working copy what the snapshot is; preview runs it at once.

    What the working copy was is kept, and returned, unless that is stored already. Raises DocumentFaults
    when this release does not take the snapshot any more.
    """
    with transaction.atomic():
        game = Game.objects.get(pk=snapshot.game_id)  # its name and description are part of the document
        stored = Snapshot.objects.filter(game=game, document=encode(export_document(game)))
        kept = None
        if not stored.exists():
            words = f"Before going back to {snapshot}"[:200]
            kept = take(game, author, words, source=Source.AUTOSAVE)
        document = {key: value for key, value in document_of(snapshot).items() if key != GAME_WIDE}
        import_game(encode(document), author)
        record(author, "snapshot.reverted", str(snapshot), game, snapshot=snapshot.pk)
    return kept


def delete(snapshot: Snapshot, author: User | None) -> None:
    """Raises ValidationError for the one that live runs."""
    with transaction.atomic():
        stages = Stage.objects.select_for_update(no_key=True).filter(game=snapshot.game_id)
        if any(stage.snapshot_id == snapshot.pk for stage in stages):
            raise ValidationError(LIVE_STAYS)
        record(author, "snapshot.deleted", str(snapshot), snapshot.game, snapshot=snapshot.pk)
        snapshot.delete()


def document_of(snapshot: Snapshot) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(snapshot.document)
    return document


def working_document(game: Game) -> Document:
    """The working copy as of one moment. It stays in memory until it changes, so whoever gets it changes
    nothing in it."""
    preview = Stage.objects.select_related("game").get(game=game, name="preview")
    return working_version(preview.game, preview.version)


@lru_cache(WORKING_COPIES)
def working_version(game: Game, version: int) -> Document:
    """`game` and `version` were read together, before the rows are: a change in between has a later one."""
    with one_moment():
        return export_document(game)


def snapshot_changes(before: Document, after: Document) -> list[Change]:
    """Of what publishing or going back changes; sections that only one of them has included."""
    return changes(_completed(before, after), _completed(after, before))


def _completed(document: Document, other: Document) -> dict[str, Any]:
    """Without credentials; what only the other one has is there, and empty."""
    missing = {
        name: type(value)() if isinstance(value, list | dict) else None
        for name, value in other.items()
        if name not in document
    }
    return {name: value for name, value in {**document, **missing}.items() if name != GAME_WIDE}
