"""Tokens by which programs act on a game in a developer's name."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from games.accounts import secret_texts
from games.admin_access import RANK
from games.audit import record
from games.models import AccessToken, Collaborator, Game, User

PREFIX = "flint-"
START = len(PREFIX) + 6  # characters that are shown of a token
LONGEST = timedelta(days=365)
MOST = 50  # tokens of a user
USED_EVERY = timedelta(minutes=1)  # how exact `used` is


class Refused(Exception):
    """One sentence for the user."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who a token acts as: its user, on its game, with the role that is left of its own."""

    token: AccessToken
    role: Collaborator.Role


def create(user: User, game: Game, name: str, role: Collaborator.Role, expires: datetime) -> str:
    """The token itself, which nobody can see again. Raises Refused."""
    held = Collaborator.objects.filter(user=user, game=game).first()
    if held is None or RANK[role] > RANK[held.role]:
        raise Refused("A token cannot do more than you may on the game.")
    if not timezone.now() < expires <= timezone.now() + LONGEST:
        raise Refused("A token lasts a year at most.")
    if AccessToken.objects.filter(user=user).count() >= MOST:
        raise Refused(f"You have {MOST} tokens: revoke one that is not used any more.")
    text = secret_texts.make(PREFIX)
    with transaction.atomic():
        row = AccessToken.objects.create(
            user=user,
            game=game,
            name=name,
            role=role,
            digest=secret_texts.digest(text),
            start=text[:START],
            expires=expires,
        )
        record(user, "token.created", name, game, role=role.value, start=row.start)
    return text


def revoke(user: User, pk: int) -> AccessToken | None:
    """The one that is gone, None if the user has none of that number."""
    with transaction.atomic():
        row = AccessToken.objects.select_related("game").filter(user=user, pk=pk).first()
        if row is not None:
            record(user, "token.revoked", row.name, row.game, start=row.start)
            AccessToken.objects.filter(pk=pk).delete()
    return row


def revoke_all(user: User, game: Game) -> None:
    """Those of somebody who does not work on the game any more."""
    AccessToken.objects.filter(user=user, game=game).delete()


def find(text: str) -> Bearer | None:
    """None for a text that is no token, or none any more. Writes down that it was used."""
    rows = AccessToken.objects.select_related("user", "game").filter(user__is_active=True, game__deleted=None)
    row = rows.filter(digest=secret_texts.digest(text), expires__gt=timezone.now()).first()
    held = row and Collaborator.objects.filter(user=row.user, game=row.game).first()
    if row is None or held is None:
        return None
    now = timezone.now()
    if row.used is None or now - row.used > USED_EVERY:
        AccessToken.objects.filter(pk=row.pk).update(used=now)
    return Bearer(row, Collaborator.Role(min(row.role, held.role, key=RANK.__getitem__)))
