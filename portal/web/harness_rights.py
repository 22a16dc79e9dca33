"""Which sockets of the test harness may stay: whose signer is signed in still, and may connect there."""

import re

from django.db.models import Q

from games.accounts import sessions
from games.models import Collaborator, User
from messaging.harness_sockets import Held
from portal.web.rights import OPERATOR, SEND_ONE

NUMBER = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)  # of a row


def may_stay(held: set[Held]) -> set[Held]:
    """Three statements, however many sockets. Who has a credential's secret can sign what is no number."""
    numbers = {each: int(each.portal_session) for each in held if NUMBER.fullmatch(each.portal_session)}
    users = sessions.signed_in(set(numbers.values()))
    roles = _roles(held, set(users.values()))
    return {each for each, number in numbers.items() if _may_stay(each, users.get(number), roles)}


def _may_stay(held: Held, user: User | None, roles: dict[tuple[int, int], str]) -> bool:
    if user is None:
        return False
    role = roles.get((user.pk, held.game_id), OPERATOR if user.is_superuser else "")
    return bool(role) and SEND_ONE.allows(role, held.stage)


def _roles(held: set[Held], users: set[User]) -> dict[tuple[int, int], str]:
    """By (user, game)."""
    theirs = Q(user__in=users, game__in={each.game_id for each in held})
    rows = Collaborator.objects.filter(theirs).values_list("user_id", "game_id", "role")
    return {(user, game): role for user, game, role in rows}
