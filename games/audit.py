"""Writes who changed what, beside the change and in its transaction."""

from typing import Any

from games.models import AuditEntry, Game, User

NOBODY = "console"


def record(
    actor: User | None, action: str, target: object, game: Game | None = None, **detail: Any
) -> AuditEntry:
    """`actor` None is whoever runs commands on the machine. `detail` is JSON and never holds a secret."""
    return AuditEntry.objects.create(
        game=game,
        actor=actor,
        actor_name=actor.get_username() if actor else NOBODY,
        action=action,
        target=str(target)[:200],
        detail=detail,
    )
