"""`verify_push` and `test_push` against the simulator, which runs beside them in a thread of its own."""

import asyncio
import io
import json
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from games.models import AuditEntry, Stage
from protocol.dates import now_ms
from push.accounts import set_account
from push.models import Device, ProviderAccount, PushAttempt
from push.sim.keys import pem
from push.sim.simulator import Simulator
from tests.push.keys import p8_key
from tests.push.recorder import IOS_TOKEN, make_device

KEY = "duel0000dice"


@pytest.fixture
def beside() -> Iterator[Simulator]:
    loop, served = asyncio.new_event_loop(), threading.Event()
    simulator, ended = Simulator(), asyncio.Event()

    async def serve() -> None:
        async with simulator:
            served.set()
            await ended.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert served.wait(10)
    yield simulator
    loop.call_soon_threadsafe(ended.set)
    thread.join()
    loop.close()


def run(*arguments: str) -> str:
    """What the command prints, failed or not; times are left out."""
    out = io.StringIO()
    try:
        call_command(*arguments, stdout=out, no_color=True)
    except CommandError as error:
        out.write(f"{error}\n")
    return re.sub(r"\d+\.\d{3} s", "T s", out.getvalue())


def set_all(stage: Stage, simulator: Simulator) -> None:
    for provider in ("apns", "fcm", "adm", "wns", "web"):
        set_account(stage, provider, simulator.account(provider))


@pytest.mark.parametrize(
    ("provider", "names"),
    [
        ("apns", ["provider token"]),
        ("fcm", ["access token", "project"]),
        ("adm", ["access token", "messages"]),
        ("wns", ["access token"]),
        ("web", ["VAPID key"]),
    ],
)
def test_sound_account_works_step_by_step_and_nothing_is_delivered(
    live: Stage, beside: Simulator, provider: str, names: list[str]
):
    set_all(live, beside)
    steps = json.loads(run("verify_push", KEY, "live", provider, "--json"))
    assert [step["name"] for step in steps if not step["name"].startswith("connection to ")] == names
    assert len(steps) > len(names)
    assert all(step["ok"] for step in steps)
    assert all(step["seconds"] > 0 for step in steps if step["name"] != "VAPID key")
    assert beside.delivered() == []
    assert PushAttempt.objects.count() == 0


def test_wrong_key_is_said_with_the_provider_s_words_and_what_to_do(live: Stage, beside: Simulator):
    document = beside.account("apns")
    document["credentials"]["p8"] = pem(p8_key("wrong"))
    set_account(live, "apns", document)
    address = document["endpoint"].removeprefix("https://")
    assert run("verify_push", KEY, "live", "apns") == (
        f"works  connection to {address}  (T s)\n"
        f"       {address} answers, with a certificate that is trusted.\n"
        "fails  provider token  (T s)\n"
        "       InvalidProviderToken: Apple does not accept the account's key. "
        "Check the account's key, key id and team id.\n"
        "       The provider says: InvalidProviderToken\n"
        "       Set the account again, with credentials as the provider's console shows them now.\n"
        "Failed: provider token.\n"
    )


def test_unknown_authority_is_said_before_anything_is_sent(live: Stage, beside: Simulator):
    set_account(live, "fcm", beside.account("fcm") | {"caBundle": None})
    said = run("verify_push", KEY, "live", "fcm")
    assert "tls: No secure connection." in said
    assert "The provider says: CERTIFICATE_VERIFY_FAILED" in said
    assert "a proxy's authority belongs into the account's CA bundle" in said
    assert beside.world.log.counts["fcm tokens asked"] == 0


def test_provider_that_cannot_be_reached_is_said(live: Stage, beside: Simulator):
    set_account(live, "apns", beside.account("apns") | {"endpoint": "https://127.0.0.1:9"})
    said = run("verify_push", KEY, "live", "apns")
    assert "unreachable: 127.0.0.1:9 cannot be connected to." in said
    assert "name resolution, firewall, proxy" in said


@pytest.mark.parametrize(
    ("provider", "device_os", "token"),
    [
        ("apns", "ios", IOS_TOKEN),
        ("fcm", "android", "fcm-token"),
        ("adm", "kindle", "amzn1.adm-registration.v3.x"),
        ("wns", "w8", "https://db3.notify.windows.com/?token=AgYAAAB"),
        ("web", "web", "browser"),
    ],
)
def test_device_gets_a_test_push_and_the_attempt_is_recorded(
    live: Stage, beside: Simulator, provider: str, device_os: str, token: str
):
    set_all(live, beside)
    if token == "browser":
        token = json.dumps(beside.subscription("ana", "https://updates.push.services.mozilla.com"))
    device = make_device(live, device_os, token, name="ana")
    assert "The provider took it: look at the device." in run("test_push", KEY, "live", "--device", device.pk)
    assert [each["service"] for each in beside.delivered()] == [provider]
    attempt = PushAttempt.objects.get()
    assert (attempt.code, attempt.message_class, attempt.device_id) == ("sent", "TestPush", device.pk)
    assert ProviderAccount.objects.get(provider=provider).state == "working"


def test_dead_token_is_disabled_by_its_test_push(live: Stage, beside: Simulator):
    set_account(live, "apns", beside.account("apns"))
    device = make_device(live)
    beside.fault("refuse", "apns", token=IOS_TOKEN, code="Unregistered")
    said = run("verify_push", KEY, "live", "apns", "--device", device.pk)
    assert "Unregistered: The app was removed from the device." in said
    assert "the device registers again when its app starts" in said
    assert Device.objects.get().disabled == "Unregistered"
    assert PushAttempt.objects.get().detail == "The app was removed from the device."


def test_failing_test_push_is_not_said_to_be_given_up(live: Stage, beside: Simulator):
    set_account(live, "fcm", beside.account("fcm"))
    device = make_device(live, "android", "t")
    beside.fault("unavailable", "fcm", token="t")
    assert "Failed: test push." in run("test_push", KEY, "live", "--device", device.pk)
    assert PushAttempt.objects.get().detail == "FCM is unavailable."


def test_preview_without_an_account_records(preview: Stage):
    device = make_device(preview)
    said = run("test_push", KEY, "preview", "--device", device.pk)
    assert "The sandbox recorded it; nothing was sent." in said
    assert json.loads(PushAttempt.objects.get().payload)["aps"]["alert"]["title"] == "Test"


def test_live_without_an_account_says_how_to_set_one(live: Stage):
    said = run("verify_push", KEY, "live", "apns")
    assert "no_credentials: The live stage has no apns credentials: add a provider account." in said
    assert "manage.py push_account" in said


def test_unreadable_credentials_are_said(live: Stage, beside: Simulator, settings: Any):
    set_account(live, "apns", beside.account("apns"))
    settings.CREDENTIAL_KEYS = ["w5hYhJdXJXkQ9CwKTxXv6wmeRAvOxhJE5vbDQEFUKTo="]
    assert "Put the key that they were encrypted with back" in run("verify_push", KEY, "live", "apns")


def test_new_credentials_are_proven_first_and_then_in_use(live: Stage, beside: Simulator):
    set_account(
        live, "adm", beside.account("adm") | {"credentials": {"clientId": "i", "clientSecret": "old"}}
    )
    set_account(live, "adm", beside.account("adm"))
    steps = json.loads(run("verify_push", KEY, "live", "adm", "--json"))
    tried = [step for step in steps if "connection to" not in step["name"]]
    assert [(step["name"], step["ok"]) for step in tried] == [
        ("new credentials: access token", True),
        ("new credentials: messages", True),
        ("new credentials", True),
    ]
    assert steps[-1]["sentence"] == "They are in use from now on."
    assert ProviderAccount.objects.get().secrets == beside.account("adm")["credentials"]


def test_wrong_new_key_is_said_and_the_old_one_still_works(live: Stage, beside: Simulator):
    document = beside.account("apns")
    address = document["endpoint"].removeprefix("https://")
    set_account(live, "apns", document)
    set_account(
        live, "apns", document | {"credentials": document["credentials"] | {"p8": pem(p8_key("wrong"))}}
    )
    assert run("verify_push", KEY, "live", "apns") == (
        f"works  new credentials: connection to {address}  (T s)\n"
        f"       {address} answers, with a certificate that is trusted.\n"
        "fails  new credentials: provider token  (T s)\n"
        "       InvalidProviderToken: Apple does not accept the account's key. "
        "Check the account's key, key id and team id.\n"
        "       The provider says: InvalidProviderToken\n"
        "       Set the account again, with credentials as the provider's console shows them now.\n"
        "fails  new credentials  (T s)\n"
        "       They are not in use, the old ones send on.\n"
        "       Set the account again, with credentials as the provider's console shows them now.\n"
        f"works  connection to {address}  (T s)\n"
        f"       {address} answers, with a certificate that is trusted.\n"
        "works  provider token  (T s)\n"
        "       APNs takes the account's key and topic.\n"
        "       The provider says: BadDeviceToken\n"
        "Failed: new credentials: provider token.\n"
    )
    assert ProviderAccount.objects.get().secrets == document["credentials"]


def test_credentials_that_end_soon_or_have_ended_are_said(live: Stage, beside: Simulator):
    today = datetime.fromtimestamp(now_ms() / 1000, UTC).date()
    for days, mark in ((3, "works"), (-1, "fails")):
        on = (today + timedelta(days=days)).isoformat()
        set_account(live, "web", beside.account("web") | {"expiresOn": on})
        said = run("verify_push", KEY, "live", "web")
        assert f"{mark}  expiry" in said
        assert on in said


def test_proof_is_audited(live: Stage, beside: Simulator):
    set_account(live, "web", beside.account("web"))
    run("verify_push", KEY, "live", "web")
    entry: Any = AuditEntry.objects.first()
    assert (entry.action, entry.target) == ("push_account.tested", "Duel of Dice · live · Web Push")
    assert entry.detail["steps"]["VAPID key"] is True


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["verify_push", "nosuchgame", "live", "apns"], "No game has the API key nosuchgame.\n"),
        (
            ["test_push", KEY, "live", "--device", "nobody"],
            "Duel of Dice · live has no device nobody: give a registrationId of its players.\n",
        ),
    ],
)
def test_fault_is_one_sentence(live: Stage, arguments: list[str], sentence: str):
    assert run(*arguments) == sentence


def test_device_of_another_provider_is_refused(live: Stage):
    device = make_device(live)
    said = run("verify_push", KEY, "live", "fcm", "--device", device.pk)
    assert said == "The device is reached through apns, not fcm.\n"
