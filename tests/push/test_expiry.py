from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from games.models import Stage
from protocol.dates import now_ms
from push.accounts import account_of, set_account
from push.expiry import expiring, expiry_of, warning_of
from push.jobs import warn_of_expiry
from push.models import ProviderAccount
from tests.push.keys import p8_key

REMEDY = "Set the account again with new ones; the old ones send on until the provider takes those."
CLIENT = {"credentials": {"clientId": "id", "clientSecret": "canary"}}


def day(days: int) -> date:
    return datetime.fromtimestamp(now_ms() / 1000, UTC).date() + timedelta(days=days)


def bundle(*ends: date) -> str:
    """A certificate that ends on each day, as PEM."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "An authority")])
    key = p8_key("authority")
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), number)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(end.year, end.month, end.day, 12, tzinfo=UTC))
        .sign(key, hashes.SHA256())
        for number, end in enumerate(ends, 1)
    )
    return "".join(each.public_bytes(Encoding.PEM).decode() for each in made)


@pytest.mark.parametrize(
    ("days", "warning"),
    [
        (31, ""),
        (30, "Expires in 30 days, on {on}: the credentials. "),
        (1, "Expires in 1 day, on {on}: the credentials. "),
        (0, "Expires today, on {on}: the credentials. "),
        (-1, "Expired on {on}: the credentials. "),
    ],
)
def test_warning_begins_thirty_days_before(days: int, warning: str):
    account = ProviderAccount(provider="adm", expires_on=day(days))
    assert warning_of(account) == (warning.format(on=day(days)) + REMEDY if warning else "")


def test_what_ends_first_is_named():
    account = ProviderAccount(provider="adm", ca_bundle=bundle(day(300), day(9)), expires_on=day(20))
    assert expiry_of(account) == (day(9), "a certificate of the CA bundle")
    assert warning_of(account).startswith(f"Expires in 9 days, on {day(9)}: a certificate of the CA bundle.")


def test_nothing_is_known_of_an_account_without_dates():
    assert expiry_of(ProviderAccount(provider="adm", ca_bundle="-----BEGIN CERTIFICATE-----")) is None
    assert warning_of(ProviderAccount(provider="adm")) == ""


def test_accounts_of_live_stages_are_warned_about_in_the_log(
    live: Stage, preview: Stage, caplog: pytest.LogCaptureFixture
):
    soon: dict[str, Any] = CLIENT | {"expiresOn": day(3).isoformat()}
    set_account(live, "adm", soon)
    set_account(preview, "adm", soon)
    set_account(live, "wns", CLIENT | {"expiresOn": day(300).isoformat()})
    assert [account.provider for account in expiring()] == ["adm"]
    assert warn_of_expiry() is False
    assert [record.getMessage() for record in caplog.records] == [
        f"Push account Duel of Dice · live · ADM: Expires in 3 days, on {day(3)}: the credentials. {REMEDY}"
    ]


def test_new_credentials_bring_their_own_date(live: Stage):
    set_account(live, "adm", CLIENT | {"expiresOn": day(3).isoformat()})
    set_account(
        live,
        "adm",
        {"credentials": {"clientId": "id", "clientSecret": "new"}, "expiresOn": day(300).isoformat()},
    )
    account = account_of(live, "adm")
    assert account is not None
    assert account.expires_on == day(3)
