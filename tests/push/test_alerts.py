"""A game's people are told that credentials expire and that a provider is in trouble."""

from datetime import date

import pytest

from games.models import Alert, AlertMail, Collaborator, Stage, User
from protocol.dates import now_ms
from push import alerts, expiry
from push.accounts import set_account
from push.alerts import QUIET_MS, tell_of_expiry, tell_of_trouble
from push.models import ProviderAccount
from push.sender import Sender
from push.transports.base import PushError
from tests.push.keys import p8_key, pem
from tests.push.recorder import Recorder, push_to
from tests.push.sending import account_of, device_of, make_due, queue, rows, send_all
from tests.push.simulated import ApnsServer
from tests.push.test_expiry import CLIENT, REMEDY, day

pytestmark = pytest.mark.django_db(transaction=True)
DAY_MS = 24 * 3600 * 1000
DOWN = PushError("unreachable", "It cannot be connected to.", account=True, remedy="See the firewall.")


@pytest.fixture
def ann(live: Stage) -> User:
    user = User.objects.create(username="ann", email="ann@example.org")
    Collaborator.objects.create(game=live.game, user=user, role="viewer")
    return user


def told() -> list[str]:
    return list(Alert.objects.order_by("pk").values_list("text", flat=True))


def expiring(stage: Stage, on: date) -> ProviderAccount:
    return set_account(stage, "adm", CLIENT | {"expiresOn": on.isoformat()})


def test_each_threshold_is_told_of_once_as_days_go_by(
    live: Stage, ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = now_ms()
    on = expiring(live, day(40)).expires_on
    for gone in range(45):
        monkeypatch.setattr(expiry, "now_ms", lambda gone=gone: now + gone * DAY_MS)
        for _ in range(2):  # as two workers
            tell_of_expiry()
    assert told() == [
        f"ADM: Expires in {days} days, on {on}: the credentials. {REMEDY}" for days in (30, 14, 3)
    ]
    assert AlertMail.objects.filter(user=ann).count() == 3


@pytest.mark.parametrize(
    ("days", "what"),
    [(31, None), (30, "30"), (15, "30"), (14, "14"), (4, "14"), (3, "3"), (0, "3"), (-1, "3"), (-31, None)],
)
def test_an_account_is_told_of_by_the_narrowest_threshold_alone(
    live: Stage, days: int, what: str | None
) -> None:
    expiring(live, day(days))
    tell_of_expiry()
    found = Alert.objects.values_list("stage", "kind", "about", "what")
    assert list(found) == ([(live.pk, "expiry", "adm", f"{day(days)} {what}")] if what else [])


def test_credentials_with_another_end_are_told_of_again(live: Stage, preview: Stage) -> None:
    account = expiring(live, day(10))
    tell_of_expiry()
    ProviderAccount.objects.filter(pk=account.pk).update(expires_on=day(9))
    expiring(preview, day(10))
    tell_of_expiry()
    found = Alert.objects.order_by("pk").values_list("stage__name", "what")
    assert sorted(found[:1]) == [("live", f"{day(10)} 14")]
    assert sorted(found[1:]) == [("live", f"{day(9)} 14"), ("preview", f"{day(10)} 14")]


def test_a_trouble_is_told_of_once_whichever_processes_notice_it(live: Stage, ann: User) -> None:
    account = expiring(live, day(300))
    for _ in range(3):
        tell_of_trouble(account, DOWN)
    assert told() == [
        "Five pushes in a row by ADM failed with unreachable: It cannot be connected to. See the firewall. "
        "Its pushes wait, and one at a time tries whether it is back."
    ]
    assert AlertMail.objects.filter(user=ann).count() == 1


def test_a_trouble_that_lasts_is_told_of_once_however_long(
    live: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    account, now = expiring(live, day(300)), now_ms()
    tell_of_trouble(account, DOWN)
    monkeypatch.setattr(alerts, "now_ms", lambda: now + 10 * QUIET_MS)
    tell_of_trouble(account, DOWN)
    assert len(told()) == 1


def test_a_trouble_that_comes_and_goes_is_told_of_each_six_hours(
    live: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    account, now = expiring(live, day(300)), now_ms()
    tell_of_trouble(account, DOWN)
    ProviderAccount.objects.update(last_success_ms=now + 1)
    tell_of_trouble(account, DOWN)
    assert len(told()) == 1
    monkeypatch.setattr(alerts, "now_ms", lambda: now + QUIET_MS + 60_000)
    tell_of_trouble(account, DOWN)
    assert len(told()) == 2


async def test_a_provider_that_does_not_answer_is_told_of_when_its_breaker_opens(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer
) -> None:
    document = apns.document()
    document["endpoint"] = "https://127.0.0.1:9"
    await account_of(live, "apns", document)
    device = await device_of(live)
    await queue(live, [push_to(device) for _ in range(4)])
    await send_all(sender)
    assert await rows(Alert, "text") == []
    await queue(live, [push_to(device)])
    await make_due()
    await send_all(sender)
    ((kind, about, text),) = await rows(Alert, "kind", "about", "text")
    assert (kind, about) == ("breaker", "apns")
    assert text.startswith("Five pushes in a row by APNs failed with unreachable: ")


async def test_an_account_that_is_refused_is_told_of_without_its_secrets(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer
) -> None:
    document = apns.document()
    document["credentials"]["p8"] = pem(p8_key("wrong"))
    await account_of(live, "apns", document)
    device = await device_of(live)
    await queue(live, [push_to(device) for _ in range(6)])
    await send_all(sender)
    ((text,),) = await rows(Alert, "text")
    assert text == (
        "Five pushes in a row by APNs failed with InvalidProviderToken: Apple does not accept the account's "
        "key. Check the account's key, key id and team id. Set the account again, with credentials as the "
        "provider's console shows them now. Its pushes are failed until the account is right."
    )
