"""Who a name and a password belong to, and how often they may be tried."""

import logging

from django.contrib.auth import authenticate
from django.http import HttpRequest

from games.admin_access import user_of
from games.models import User
from portal.sign_in import guesses, wrong_passwords
from protocol.client_address import limited_as, request_address

logger = logging.getLogger("flint.sign_in")


class TooMany(Exception):
    """This name, or this address, was wrong too often."""


def find_user(request: HttpRequest, given: str, password: str) -> User | None:
    """By user name or e-mail address. None for a wrong one of either, after the same work. Raises TooMany."""
    name = _user_name(given)
    limits = guesses(name.lower(), limited_as(request_address(request)))
    if not all(wrong_passwords.has_room(key, rate) for key, rate in limits):
        raise TooMany
    user = authenticate(request, username=name, password=password)
    if isinstance(user, User):
        return user
    for key, rate in limits:
        wrong_passwords.take(key, rate)
    logger.warning("wrong password for developer %.60r from %s", name, request_address(request))
    return None


def is_users_own(request: HttpRequest, password: str) -> bool:
    """Whether it is the password of who is signed in: asked again where an open browser is not enough."""
    user = user_of(request)
    try:
        return find_user(request, user.get_username(), password) == user
    except TooMany:
        return False


def _user_name(given: str) -> str:
    """A user's name, or that of the only user with this address, so that both are counted as one."""
    names = list(
        User.objects.filter(email__iexact=given, is_active=True).values_list("username", flat=True)[:2]
    )
    known = User.objects.filter(username=given).exists()
    return names[0] if len(names) == 1 and not known and "@" in given else given
