"""Where a developer is signed in to the portal. A session that is ended is gone with its next request."""

from collections.abc import Collection
from dataclasses import dataclass

from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from games.models import PortalSession, User


@dataclass(frozen=True, slots=True)
class Visit:
    """What a request says of where it comes from."""

    browser: str
    address: str


def seen(user: User, session_key: str, visit: Visit) -> PortalSession:
    """Writes down that the session is there, a new one too."""
    now = {"browser": visit.browser, "address": visit.address, "seen": timezone.now()}
    row, _ = PortalSession.objects.update_or_create(session_key=session_key, user=user, defaults=now)
    return row


def sessions_of(user: User) -> list[PortalSession]:
    """Those that still let somebody in, the one seen last first."""
    rows = list(PortalSession.objects.filter(user=user))
    alive = Session.objects.filter(
        session_key__in=[row.session_key for row in rows], expire_date__gt=timezone.now()
    )
    keys = set(alive.values_list("session_key", flat=True))
    return [row for row in rows if row.session_key in keys]


def signed_in(numbers: Collection[int]) -> dict[int, User]:
    """Of the rows of these numbers, those that still let their user in, by number."""
    rows = PortalSession.objects.filter(pk__in=numbers, user__is_active=True).select_related("user")
    alive = {
        session.session_key: session.get_decoded().get(HASH_SESSION_KEY)
        for session in Session.objects.filter(
            session_key__in=[row.session_key for row in rows], expire_date__gt=timezone.now()
        )
    }
    return {
        row.pk: row.user
        for row in rows
        if alive.get(row.session_key) == row.user.get_session_auth_hash()  # of its password as it is now
    }


def move(session_key: str, to: str) -> None:
    """The same browser's session has another key from now on."""
    PortalSession.objects.filter(session_key=session_key).update(session_key=to)


def end(user: User, pk: int) -> PortalSession | None:
    """The one that is ended, None if the user has none of that number."""
    row = PortalSession.objects.filter(user=user, pk=pk).first()
    if row is not None:
        _end([row])
    return row


def end_others(user: User, session_key: str) -> int:
    """All but this one. How many that were."""
    rows = list(PortalSession.objects.filter(user=user).exclude(session_key=session_key))
    return _end(rows)


def forget(session_key: str) -> None:
    """Its session is over."""
    PortalSession.objects.filter(session_key=session_key).delete()


def forget_expired(user: User) -> None:
    gone = {row.pk for row in PortalSession.objects.filter(user=user)} - {row.pk for row in sessions_of(user)}
    PortalSession.objects.filter(pk__in=gone).delete()


def _end(rows: list[PortalSession]) -> int:
    with transaction.atomic():
        Session.objects.filter(session_key__in=[row.session_key for row in rows]).delete()
        PortalSession.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)
