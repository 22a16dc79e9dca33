"""A game's own settings: its name and description, what its players play on, its six currencies.

All but the platforms are part of the game document. Each change is a version (games.saved_versions), whoever
makes it: the settings page, an import, the operators' pages.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from games.audit import record
from games.exports import export_document
from games.models import Game, User
from games.saved_versions import ensure_current, number_of
from games.sections import Section, all_sections
from games.stages import touch
from games.validation import DocumentFaults, find_faults

SAVED = "game.settings"  # what the audit calls a save
OF_DOCUMENT = ("name", "description", "currencies")
Settings = dict[str, Any]


def settings_of(game: Game) -> Settings:
    """`currencies` as the document has them."""
    return {
        "name": game.name,
        "description": game.description,
        "platforms": list(game.platforms),
        "currencies": _currencies().export(game),
    }


def current_number(game: Game) -> int:
    return number_of(game, SAVED, game.api_key)


def save_settings(game: Game, given: Settings, actor: User | None, expected: int) -> bool:
    """Whether anything changed; preview runs it at once. `expected`: the version that they were edited from.

    Raises Conflict, and DocumentFaults by the paths of the game document.
    """
    with transaction.atomic():
        ensure_current(game, SAVED, game.api_key, expected)
        row = Game.objects.get(pk=game.pk)
        named = {name: given[name] for name in OF_DOCUMENT}
        if faults := find_faults({**export_document(row), **named}):
            raise DocumentFaults(faults)
        before = settings_of(row)
        for name in ("name", "description", "platforms"):
            setattr(row, name, given[name])
        row.save(update_fields=["name", "description", "platforms"])
        _currencies().apply(row, given["currencies"], actor)
        after = settings_of(row)
        if after == before:
            return False
        record(actor, SAVED, row.api_key, row, **after)
        touch(row)
    return True


def note_change(game: Game, before: Mapping[str, Any], after: Mapping[str, Any], actor: User | None) -> None:
    """Game documents before and after a change by another road, in its transaction."""
    if any(before.get(name) != after.get(name) for name in OF_DOCUMENT):
        record(actor, SAVED, game.api_key, game, **settings_of(game))


def _currencies() -> Section:
    return next(section for section in all_sections() if section.name == "currencies")
