"""Between the password and the portal: who still has to show the second factor, and how often they may."""

import hmac
import logging
import time
from dataclasses import asdict, dataclass

from django.http import HttpRequest

from games.accounts import second_factor
from games.models import User
from portal.sign_in import guesses_of_codes, wrong_passwords
from portal.web.signing_in import TooMany
from protocol.client_address import request_address

logger = logging.getLogger("flint.sign_in")

PENDING = "second_step"  # in the session of somebody who is not signed in
WITHIN = 600  # seconds


@dataclass(frozen=True, slots=True)
class Pending:
    """Who gave the right password, when, and what the sign-in form said besides.

    `mark` changes with the password: a new one takes the first step back.
    """

    user: int
    mark: str
    remember: bool
    target: str
    at: int


def begin(request: HttpRequest, user: User, remember: bool, target: str) -> None:
    request.session.cycle_key()
    pending = Pending(user.pk, user.get_session_auth_hash(), remember, target, int(time.time()))
    request.session[PENDING] = asdict(pending)
    request.session.set_expiry(WITHIN)


def pending(request: HttpRequest) -> tuple[User, Pending] | None:
    """None once it took too long, or where the password was not given."""
    kept = request.session.get(PENDING)
    if kept is None:
        return None
    found = Pending(**kept)
    user = User.objects.filter(pk=found.user, is_active=True).first()
    if user is None or time.time() - found.at > WITHIN:
        return None
    return (user, found) if hmac.compare_digest(user.get_session_auth_hash(), found.mark) else None


def check(request: HttpRequest, user: User, code: str) -> bool:
    """Raises TooMany."""
    key, rate = guesses_of_codes(user)
    if not wrong_passwords.has_room(key, rate):
        raise TooMany
    if second_factor.accepts(user, code):
        return True
    wrong_passwords.take(key, rate)
    logger.warning("wrong code for %.60r from %s", user.get_username(), request_address(request))
    return False
