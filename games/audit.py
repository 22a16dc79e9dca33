"""Writes who changed what, beside the change and in its transaction."""

from typing import Any

from games.models import AuditEntry, Game, User

NOBODY = "console"


def record(
    actor: User | str | None, action: str, target: object, game: Game | None = None, **detail: Any
) -> AuditEntry:
    """`actor` None is whoever runs commands on the machine, a text what acted by itself or by a credential.

    `detail` is JSON and never holds a secret.
    """
    return AuditEntry.objects.create(
        game=game,
        actor=actor if isinstance(actor, User) else None,
        actor_name=name_of(actor),
        action=action,
        target=str(target)[:200],
        detail=detail,
    )


def name_of(actor: User | str | None) -> str:
    return actor.get_username() if isinstance(actor, User) else actor or NOBODY
