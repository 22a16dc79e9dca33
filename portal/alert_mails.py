"""The mails that tell a game's people of what games.alerts has written: claimed, sent and marked, one by one.

A mail is claimed for a while, sent, and marked once the mail service has taken it. So none is lost: a worker
that dies with one leaves it to another when the claim ends. And none is sent twice by two workers, but in one
case: when the process dies, or loses its database, between the service's yes and the mark. The service cannot
be asked what it has taken; the second mail then has the first one's Message-ID.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.urls import reverse

from games.models import Alert, AlertMail, Collaborator
from portal.addresses import elsewhere
from portal.mails import Mail
from protocol.dates import now_ms

LEASE_MS = 120_000  # longer than the mail service is waited for
FIRST_PAUSE_MS, LONGEST_PAUSE_MS = 60_000, 3_600_000
GIVEN_UP_MS = 24 * 3600 * 1000  # after that long it is no news
KEEP_MS = 400 * 24 * 3600 * 1000
ROWS_A_RUN = 500
LONGEST_NAME = 60
TEXT = """{text}

{page}

You get this because you work on {game}. Which mails you get is up to you:
{account}
"""
Kind = Alert.Kind


@dataclass(frozen=True, slots=True)
class Claimed:
    """`due_ms` is the end of the claim, by which it is known to be ours. Without a `mail` nobody is to get it
    any more."""

    id: int
    due_ms: int
    mail: Mail | None


@transaction.atomic
def claim_due() -> Claimed | None:
    """The mail that has waited longest, which no other worker sends meanwhile."""
    now = now_ms()
    due = AlertMail.objects.filter(due_ms__lte=now).select_for_update(skip_locked=True, of=("self",))
    row = due.select_related("alert__stage__game", "user").order_by("due_ms", "pk").first()
    if row is None:
        return None
    until = now + LEASE_MS
    AlertMail.objects.filter(pk=row.pk).update(due_ms=until)
    return Claimed(row.pk, until, mail_of(row) if _is_wanted(row) else None)


def settle(claimed: Claimed, was_taken: bool) -> None:
    """Mark it, or try again later, ever less often. Not where another worker has it by now."""
    now = now_ms()
    rows = AlertMail.objects.filter(pk=claimed.id, due_ms=claimed.due_ms)
    if was_taken or claimed.mail is None:
        rows.update(due_ms=None, sent_ms=now if was_taken else None)
        return
    row = rows.select_related("alert").first()
    if row is not None:
        pause = min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** min(row.tries, 10))
        over = now - row.alert.at_ms >= GIVEN_UP_MS
        rows.update(tries=F("tries") + 1, due_ms=None if over else now + pause)


def drop_old() -> bool:
    """Whether there may be more."""
    old = Alert.objects.filter(at_ms__lte=now_ms() - KEEP_MS).order_by("at_ms").values_list("pk", flat=True)
    found = list(old[:ROWS_A_RUN])
    Alert.objects.filter(pk__in=found).delete()
    return len(found) == ROWS_A_RUN


def mail_of(row: AlertMail) -> Mail:
    alert = row.alert
    game = " ".join(alert.stage.game.name.split())[:LONGEST_NAME]
    words = {
        "text": alert.text,
        "game": game,
        "page": elsewhere(_page(alert)),
        "account": elsewhere(reverse("portal:account")),
    }
    subject = f"{game}, {alert.stage.name}: {Kind(alert.kind).label}"
    return Mail(row.user.email, subject, TEXT.format(**words), f"alert-{alert.at_ms}-{row.pk}")


def _page(alert: Alert) -> str:
    """Where it can be seen and put right."""
    stage = {"api_key": alert.stage.game.api_key, "stage": alert.stage.name}
    if alert.kind == Kind.BROADCAST:
        return f"{reverse('portal:trace', kwargs=stage)}?id={alert.about}"
    return reverse("portal:push-account", kwargs={**stage, "provider": alert.about})


def _is_wanted(row: AlertMail) -> bool:
    """Whether its reader still works on the game and has chosen to hear of it."""
    game, user = row.alert.stage.game, row.user
    chosen = user.is_active and bool(user.email) and getattr(user, f"mail_{row.alert.kind}")
    works = Collaborator.objects.filter(game=game, user=user)
    return bool(chosen) and game.deleted is None and works.exists()
