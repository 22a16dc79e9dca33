"""The installation's operators: how the first one comes in, and one who lost the password."""

import secrets

from django.db import transaction

from games.audit import record
from games.models import User

ONE_TIME_PASSWORD = "user.one_time_password"


class OperatorExists(Exception):
    """Somebody else is an operator already; `args[0]` is the name."""


@transaction.atomic
def admit(name: str) -> str:
    """Make `name` a superuser, or give the superuser of that name a new password; returns the password.

    It has to be changed when it is used first. Raises OperatorExists when only another one is here: they can
    make further users themselves. Raises ValidationError for a name that cannot be one.
    """
    operators = User.objects.filter(is_superuser=True, is_active=True).order_by("pk")
    user = User.objects.filter(username=name).first()
    if (first := operators.first()) and not (user and user.is_superuser):
        raise OperatorExists(first.username)
    user = user or User(username=name)
    password = secrets.token_urlsafe(12)
    user.set_password(password)
    user.is_staff = user.is_superuser = user.is_active = user.temporary_password = True
    user.full_clean()
    user.save()
    record(None, ONE_TIME_PASSWORD, name)
    return password
