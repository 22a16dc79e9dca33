"""Who works on which game."""

from django.db import transaction
from django.db.models import QuerySet

from games.audit import record
from games.models import Collaborator, Game, User


def games_of(user: User) -> QuerySet[Game]:
    """The games a user may see: all for a superuser, else those they collaborate on."""
    if user.is_superuser:
        return Game.objects.all()
    return Game.objects.filter(collaborators__user=user)


def set_role(game: Game, user: User, role: Collaborator.Role, actor: User | None) -> Collaborator:
    """Adds the user to the game, or changes their role."""
    with transaction.atomic():
        row, _ = Collaborator.objects.update_or_create(game=game, user=user, defaults={"role": role})
        record(actor, "collaborator.role", user.get_username(), game, role=role.value)
    return row


def remove(collaborator: Collaborator, actor: User | None) -> None:
    with transaction.atomic():
        record(actor, "collaborator.removed", collaborator.user.get_username(), collaborator.game)
        collaborator.delete()
