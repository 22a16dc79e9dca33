"""Who works on which game."""

from django.db import transaction
from django.db.models import QuerySet

from games.accounts import access_tokens
from games.admin_access import RANK
from games.audit import record
from games.models import Collaborator, Game, User

Role = Collaborator.Role


class LastOwner(Exception):
    """A game always has somebody who owns it."""


def games_of(user: User) -> QuerySet[Game]:
    """The games a user may see, none of the recycle bin's: all for a superuser, else those they collaborate
    on."""
    there = Game.objects.filter(deleted=None)
    return there if user.is_superuser else there.filter(collaborators__user=user)


def may_manage(own: str, other: str) -> bool:
    """Whether a role decides about another: owners about all, administrators about those below them."""
    return own == Role.OWNER or (own == Role.ADMIN and RANK[other] < RANK[own])


def set_role(game: Game, user: User, role: Collaborator.Role, actor: User | None) -> Collaborator:
    """Adds the user to the game, or changes their role. Raises LastOwner."""
    with transaction.atomic():
        if role != Role.OWNER:
            _require_another_owner(game, user)
        row, _ = Collaborator.objects.update_or_create(game=game, user=user, defaults={"role": role})
        record(actor, "collaborator.role", user.get_username(), game, role=role.value)
    return row


def transfer(game: Game, to: User, actor: User) -> None:
    """Somebody who works on the game owns it, and whoever gives it away administers it from then on.

    Raises Collaborator.DoesNotExist for somebody who does not.
    """
    with transaction.atomic():
        Collaborator.objects.get(game=game, user=to)
        set_role(game, to, Role.OWNER, actor)
        if Collaborator.objects.filter(game=game, user=actor).exists() and actor != to:
            set_role(game, actor, Role.ADMIN, actor)
        record(actor, "game.transferred", to.get_username(), game)


def remove(collaborator: Collaborator, actor: User | None) -> None:
    """With the tokens that act in their name. Raises LastOwner."""
    with transaction.atomic():
        _require_another_owner(collaborator.game, collaborator.user)
        record(actor, "collaborator.removed", collaborator.user.get_username(), collaborator.game)
        access_tokens.revoke_all(collaborator.user, collaborator.game)
        collaborator.delete()


def _require_another_owner(game: Game, user: User) -> None:
    """Of two owners who leave at one moment, the second waits for the first here."""
    rows = Collaborator.objects.select_for_update().filter(game=game, role=Role.OWNER)
    owners = list(rows.order_by("pk").values_list("user_id", flat=True))
    if owners == [user.pk]:
        raise LastOwner
