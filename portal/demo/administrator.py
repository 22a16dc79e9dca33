"""The demo's operator: a superuser with a password made here, known until somebody changes it."""

import hashlib
import secrets

from django.db import transaction

from games.audit import record
from games.collaborators import set_role
from games.models import AuditEntry, Collaborator, Game, User

USER_NAME = "admin"
MADE = "demo.password"


def find_or_make(known_password: str, reset: bool) -> tuple[User, str]:
    """The user and the password, "" once the operator has chosen another.

    `known_password` is what the last run wrote down. A new user, or `reset`, gets a new one.
    """
    user = User.objects.filter(username=USER_NAME).first()
    if user is not None and not reset:
        return user, known_password if _holds(user, known_password) else ""
    password = secrets.token_urlsafe(9)
    with transaction.atomic():
        user = user or User(username=USER_NAME, is_staff=True, is_superuser=True)
        user.set_password(password)
        user.save()
        record(user, MADE, USER_NAME, mark=_mark(user, password))
    return user, password


def own(user: User, game: Game) -> None:
    """Make the user an owner of the game, where somebody else imported it first."""
    owner = Collaborator.Role.OWNER
    if not Collaborator.objects.filter(game=game, user=user, role=owner).exists():
        set_role(game, user, owner, user)


def _holds(user: User, password: str) -> bool:
    """Whether this is the password that was made last and still holds, at less than Argon2's cost."""
    made = AuditEntry.objects.filter(action=MADE, actor=user).first()
    return made is not None and made.detail.get("mark") == _mark(user, password)


def _mark(user: User, password: str) -> str:
    return hashlib.sha256(f"{password} {user.password}".encode()).hexdigest()
