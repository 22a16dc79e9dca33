"""What a game's people are told of its push accounts: credentials that are about to expire, a provider in
trouble."""

from django.db import transaction

from games import alerts
from games.models import Alert
from protocol.dates import now_ms
from push.expiry import WARN_DAYS, expiry_of, warning_of, with_an_end
from push.models import ProviderAccount
from push.transports.base import PushError
from realtime.worker import wake

EXPIRY_JOB = "push.tell_of_expiry"
THRESHOLDS = (30, 14, 3)  # days before the end; each is told of once
QUIET_MS = 6 * 3600 * 1000  # after a trouble was told of
WAITS = "Its pushes wait, and one at a time tries whether it is back."
ENDS = "Its pushes are failed until the account is right."


def tell_of_expiry() -> bool:
    """Of each account whose end is nearer than a threshold, once for the narrowest of these.

    So one that is set with ten days left is told of as within 14, and not as within 30 too. What ended a
    month ago is no news.
    """
    for account in with_an_end():
        expiry = expiry_of(account)
        if expiry is not None and -WARN_DAYS <= expiry.days <= THRESHOLDS[0]:
            within = min(days for days in THRESHOLDS if expiry.days <= days)
            text = f"{account.get_provider_display()}: {warning_of(account)}"
            alerts.tell(account.stage, alerts.Kind.EXPIRY, account.provider, f"{expiry.on} {within}", text)
    return False


def look_soon() -> None:
    """Inside a transaction that sets an account."""
    transaction.on_commit(lambda: wake(EXPIRY_JOB), robust=True)


@transaction.atomic
def tell_of_trouble(account: ProviderAccount, error: PushError) -> None:
    """Its breaker is open in this process; part of the transaction that writes the attempt.

    Each process has a breaker of its own, and says so at each attempt that fails while it is open. A trouble
    lasts until a push succeeds again, or the account is set anew; one that comes and goes is told of each
    six hours.
    """
    told = Alert.objects.filter(stage=account.stage_id, kind=alerts.Kind.BREAKER, about=account.provider)
    lately = told.filter(at_ms__gt=now_ms() - QUIET_MS)
    if lately.exists():  # without holding the account, which each attempt would have to wait for
        return
    held = ProviderAccount.objects.select_for_update(no_key=True).defer("credentials").get(pk=account.pk)
    if lately.all().exists():
        return
    since = max(held.last_success_ms, held.credentials_changed_ms)
    words = " ".join(filter(None, (error.detail, error.remedy)))
    outcome = ENDS if error.permanent else WAITS
    name = held.get_provider_display()
    text = f"Five pushes in a row by {name} failed with {error.code}: {words} {outcome}"
    alerts.tell(held.stage, alerts.Kind.BREAKER, held.provider, str(since), text)
