"""Invitations to work on a game, bound to an address, good once and for a week."""

import re
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from games.accounts import secret_texts
from games.admin_access import RANK
from games.audit import record
from games.collaborators import games_of, may_manage, set_role
from games.models import Collaborator, Game, Invitation, User

LASTS = timedelta(days=7)


class AlreadyHere(Exception):
    """Somebody with this address works on the game already."""


class UsedUp(Exception):
    """Somebody was faster."""


def invite(
    game: Game, email: str, role: Collaborator.Role, note: str, inviter: User
) -> tuple[Invitation, str]:
    """With the text that accepts it. One that was sent before counts no more. Raises AlreadyHere."""
    email = email.strip().lower()
    if Collaborator.objects.filter(game=game, user__email__iexact=email).exists():
        raise AlreadyHere
    text = secret_texts.make()
    given = {"role": role, "note": note, "inviter": inviter, "digest": secret_texts.digest(text)}
    with transaction.atomic():
        row, _ = Invitation.objects.update_or_create(
            game=game, email=email, defaults={**given, "expires": timezone.now() + LASTS}
        )
        record(inviter, "collaborator.invited", email, game, role=role.value)
    return row, text


def revoke(invitation: Invitation, actor: User) -> None:
    with transaction.atomic():
        record(actor, "collaborator.invitation_revoked", invitation.email, invitation.game)
        invitation.delete()


def find(text: str) -> Invitation | None:
    """None also where who invited may not give the role any more."""
    rows = Invitation.objects.select_related("game", "inviter")
    row = rows.filter(digest=secret_texts.digest(text), expires__gt=timezone.now()).first()
    return row if row is not None and _stands(row) else None


def is_for(invitation: Invitation, user: User) -> bool:
    return user.email.lower() == invitation.email


def has_account(invitation: Invitation) -> bool:
    return User.objects.filter(email__iexact=invitation.email).exists()


def accept(invitation: Invitation, user: User) -> None:
    """Nobody loses a role by it. Raises UsedUp."""
    with transaction.atomic():
        _use_up(invitation)
        held = Collaborator.objects.filter(game=invitation.game, user=user).first()
        if held is None or RANK[held.role] < RANK[invitation.role]:
            set_role(invitation.game, user, Collaborator.Role(invitation.role), user)


def join(invitation: Invitation, name: str, password: str) -> User:
    """A new user of the address, who accepts. Raises UsedUp, and ValidationError for the password."""
    with transaction.atomic():
        user = User(username=_user_name(invitation.email), email=invitation.email, first_name=name)
        user.set_password(password)
        user.full_clean()
        user.save()
        record(user, "user.joined", user.username)
        accept(invitation, user)
    return user


def _use_up(invitation: Invitation) -> None:
    gone, _ = Invitation.objects.filter(pk=invitation.pk, digest=invitation.digest).delete()
    if not gone:
        raise UsedUp


def _stands(invitation: Invitation) -> bool:
    inviter = invitation.inviter
    if not inviter.is_active or not games_of(inviter).filter(pk=invitation.game_id).exists():
        return False
    held = Collaborator.objects.filter(game=invitation.game, user=inviter).first()
    return may_manage(held.role if held else Collaborator.Role.OWNER, invitation.role)


def _user_name(email: str) -> str:
    """The address, without what a user name cannot have; with a number where somebody has it."""
    base = re.sub(r"[^\w.@+-]", "", email)[:140]
    names = [base, *(f"{base}-{number}" for number in range(2, 100))]
    taken = set(User.objects.filter(username__in=names).values_list("username", flat=True))
    free = [name for name in names if name not in taken]
    if not free:
        raise ValidationError("There are too many users of this name.")
    return free[0]
