"""When an account stops working by itself, as far as that can be known.

Providers' keys and secrets do not say when they end: the developer may (`expiresOn`). A CA bundle does.
"""

from datetime import UTC, date, datetime
from typing import NamedTuple

from cryptography import x509
from django.db.models import QuerySet

from protocol.dates import now_ms
from push.models import ProviderAccount

WARN_DAYS = 30


class Expiry(NamedTuple):
    """`what` ends with the day `on`, in UTC."""

    on: date
    what: str

    @property
    def days(self) -> int:
        """Until then; negative once it is over."""
        return (self.on - datetime.fromtimestamp(now_ms() / 1000, UTC).date()).days


def expiry_of(account: ProviderAccount) -> Expiry | None:
    """What ends first; None where nothing is known to."""
    known = [Expiry(on, "a certificate of the CA bundle") for on in _ends(account.ca_bundle)]
    if account.expires_on is not None:
        known.append(Expiry(account.expires_on, "the credentials"))
    return min(known, default=None)


def warning_of(account: ProviderAccount) -> str:
    """A sentence with what to do, from WARN_DAYS before the end on; else ""."""
    expiry = expiry_of(account)
    if expiry is None or expiry.days > WARN_DAYS:
        return ""
    remedy = "Set the account again with new ones; the old ones send on until the provider takes those."
    if expiry.days < 0:
        return f"Expired on {expiry.on}: {expiry.what}. {remedy}"
    days = "today" if expiry.days == 0 else f"in {expiry.days} day{'s' if expiry.days > 1 else ''}"
    return f"Expires {days}, on {expiry.on}: {expiry.what}. {remedy}"


def expiring() -> list[ProviderAccount]:
    """The accounts of live stages that `warning_of` has something to say of."""
    found = with_an_end().filter(stage__name="live")
    return [account for account in found.order_by("stage__game__api_key", "provider") if warning_of(account)]


def with_an_end() -> "QuerySet[ProviderAccount]":
    """The accounts of which an end may be known."""
    accounts = ProviderAccount.objects.exclude(expires_on=None, ca_bundle="").defer("credentials")
    return accounts.select_related("stage__game")


def _ends(bundle: str) -> list[date]:
    """Of each certificate; of a bundle that cannot be read nothing is known."""
    try:
        found = x509.load_pem_x509_certificates(bundle.encode()) if bundle else []
    except ValueError:
        return []
    return [certificate.not_valid_after_utc.date() for certificate in found]
