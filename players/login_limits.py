"""How often an address may log in or make players, and how often be wrong, over all processes together.

Passwords are hashed slowly on purpose, and each new device is a new player: without a limit a few sockets
could keep all cores busy, or fill the database. A game's own servers log in players from everywhere and are
not limited.
"""

from django.conf import settings

from protocol.client_address import limited_as
from protocol.errors import RequestError
from protocol.limiter import Limiter, Rate
from protocol.session import Session

WRONG_PASSWORDS = Rate(1 / 30, 50)  # about anybody: one password may be tried on many players

_log_ins, _wrong = Limiter("log_ins"), Limiter("wrong_passwords")


def count_log_in(session: Session) -> None:
    """Before hashing, and before making a player. Raises RequestError `request: THROTTLED`."""
    rate = Rate(settings.FLINT_LIMIT_LOGINS_PER_SECOND, settings.FLINT_LIMIT_LOGINS_BURST)
    if not _log_ins.take(_network(session), rate):
        raise RequestError({"request": "THROTTLED"})


def ensure_may_guess(session: Session) -> None:
    """Raises RequestError `request: THROTTLED`."""
    if not _wrong.has_room(_network(session), WRONG_PASSWORDS):
        raise RequestError({"request": "THROTTLED"})


def count_wrong_guess(session: Session) -> None:
    _wrong.take(_network(session), WRONG_PASSWORDS)


def _network(session: Session) -> str:
    return limited_as(session.address) if session.rights.player else ""
