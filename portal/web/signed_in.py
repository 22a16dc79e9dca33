"""A browser's session, from signing in to signing out, and its row in the user's list of sessions."""

import time
from collections import OrderedDict

from django.contrib.auth import login, logout, update_session_auth_hash
from django.http import HttpRequest

from games.accounts import sessions
from games.admin_access import user_of
from games.models import PortalSession, User
from portal.web.browsers import in_words
from protocol.client_address import request_address

REMEMBERED = 14 * 24 * 3600  # seconds
EVERY = 60  # seconds: how exact "last seen" is
MOST_NOTED = 10_000

# When this process last wrote a session's row, by its key. Not in the session itself: that is saved whole,
# over what another request of the same browser has left there meanwhile.
_noted: OrderedDict[str, float] = OrderedDict()


def let_in(request: HttpRequest, user: User, remember: bool) -> None:
    login(request, user, "django.contrib.auth.backends.ModelBackend")
    request.session.set_expiry(REMEMBERED if remember else 0)
    sessions.forget_expired(user)
    _note(request, user)


def keep_up(request: HttpRequest, user: User) -> None:
    """Once a minute a process; a session that has no row, since a former release began it, gets one."""
    if not is_noted(request.session.session_key or ""):
        _note(request, user)


def is_noted(session_key: str) -> bool:
    noted = _noted.get(session_key)
    return noted is not None and time.monotonic() - noted < EVERY


def noted(session_key: str) -> None:
    """Its row is as of now."""
    _noted[session_key] = time.monotonic()
    _noted.move_to_end(session_key)
    if len(_noted) > MOST_NOTED:
        _noted.popitem(last=False)


def let_out(request: HttpRequest) -> None:
    sessions.forget(request.session.session_key or "")
    logout(request)


def stay_after_new_password(request: HttpRequest) -> None:
    """All other sessions of the user are over, also those at /ops/: this one's is signed anew.

    Inside the transaction that changes the password, so that the sockets that this session signed
    (portal.web.harness_rights) are never seen without it.
    """
    user, before = user_of(request), request.session.session_key or ""
    update_session_auth_hash(request, user)
    request.session.save()
    sessions.move(before, request.session.session_key or "")
    _note(request, user)
    sessions.end_others(user, request.session.session_key or "")


def row_of(request: HttpRequest, user: User) -> PortalSession:
    """Of this browser in the list of sessions."""
    row = PortalSession.objects.filter(session_key=request.session.session_key, user=user).first()
    return row or _note(request, user)


def _note(request: HttpRequest, user: User) -> PortalSession:
    key = request.session.session_key or ""
    visit = sessions.Visit(in_words(request.headers.get("User-Agent", "")), request_address(request))
    row = sessions.seen(user, key, visit)
    noted(key)
    return row
