"""The versions of what has no table of versions: what the audit log has of each save, whole.

Their number is what a form is edited from, so that a second save over another one is noticed. `action` is
what the audit calls a save, `target` which object it is of.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from games.conflicts import Conflict
from games.models import AuditEntry, Game, Stage

MOST = 200


@dataclass(frozen=True, slots=True)
class Version:
    """`document` is what was saved, `note` what its author says of it."""

    number: int
    at: datetime
    author: str
    document: Mapping[str, Any]
    note: str = ""


def number_of(game: Game, action: str, target: str) -> int:
    """0 of what was never saved."""
    return _saves(game, action, target).count()


def versions(game: Game, action: str, target: str) -> list[Version]:
    """The newest first."""
    saves = _saves(game, action, target)
    newest = saves.count()
    rows = saves.order_by("-pk")[:MOST]
    return [
        Version(newest - index, row.created, row.actor_name, row.detail) for index, row in enumerate(rows)
    ]


def version(game: Game, action: str, target: str, number: int) -> Version | None:
    """None for one that there is not."""
    if number < 1:
        return None
    row = _saves(game, action, target).order_by("pk")[number - 1 : number].first()
    return Version(number, row.created, row.actor_name, row.detail) if row else None


def ensure_current(game: Game, action: str, target: str, expected: int | None) -> None:
    """Inside a transaction: from here on nobody else saves. Raises Conflict. None: whatever is current."""
    if expected is None:
        return
    Stage.objects.select_for_update(no_key=True).get(game=game, name="preview")
    current = number_of(game, action, target)
    if current != expected:
        raise Conflict(current)


def _saves(game: Game, action: str, target: str) -> "QuerySet[AuditEntry]":
    return AuditEntry.objects.filter(game=game, action=action, target=target)
