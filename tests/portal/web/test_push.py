"""Push integrations: each provider's state in words, and its credentials set without ever being shown."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.html import escape

from games.models import AuditEntry, Stage
from players.models import Player
from protocol.dates import now_ms
from push.accounts import account_of, application_server_key, set_account
from push.counting import day_of
from push.devices import register
from push.fingerprints import fingerprint_of
from push.mistaken import P12, SERVER_KEY
from push.models import Device, PendingCredentials, ProviderAccount, PushAttempt, PushCount
from push.sim.simulator import Simulator
from tests.portal.browser.beside import Beside
from tests.portal.web.people import People
from tests.push.keys import p8_key, pem

pytestmark = pytest.mark.django_db
URL = "/g/ours/preview/push/"
APNS = f"{URL}apns/"
LIVE_APNS = "/g/ours/live/push/apns/"
P12_HEAD = bytes.fromhex("308209e60201033082092e06092a864886f70d010701")
TOKEN = "a1b2c3d4" * 8
STATE = ProviderAccount.State


def p8_file(name: str = "team", content: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile("AuthKey.p8", content or pem(p8_key(name)).encode())


def form(**changes: Any) -> dict[str, Any]:
    return {
        "p8_file": p8_file(),
        "key_id": "KEY1234567",
        "team_id": "TEAM123456",
        "topic": "org.example.game",
        **changes,
    }


def apns(stage: Stage, name: str = "team", **more: Any) -> ProviderAccount:
    credentials = {
        "p8": pem(p8_key(name)),
        "keyId": "KEY1234567",
        "teamId": "TEAM123456",
        "topic": "org.example.game",
    }
    return set_account(stage, "apns", {"credentials": credentials, **more})


def device_on(stage: Stage, name: str = "ada", token: str = TOKEN) -> Device:
    return register(Player.objects.create(stage=stage, user_name=name, display_name="Ada"), "ios", token)


def page_of(people: People, url: str, role: str = "owner", **question: str) -> str:
    answer = people.client(role).get(url, question)
    assert answer.status_code == 200
    return str(answer.content.decode())


def post(people: People, url: str, data: dict[str, Any], role: str = "admin", status: int = 302) -> str:
    client = people.client(role)
    answer = client.post(url, data)
    assert answer.status_code == status, answer.content.decode()
    return str((client.get(url) if status == 302 else answer).content.decode())


def cards_in(page: str) -> dict[str, str]:
    parts = page.split('<li class="provider" id="')[1:]
    return {part.partition('"')[0]: part for part in parts}


@pytest.fixture
def simulator(settings: Any) -> Iterator[Simulator]:
    settings.FLINT_PUSH_HOSTS = ["127.0.0.1"]
    with Beside() as beside:
        running = beside.run(Simulator().__aenter__())
        try:
            yield running
        finally:
            beside.run(running.__aexit__(None, None, None))


def test_every_provider_has_a_card_with_its_state(people: People) -> None:
    cards = cards_in(page_of(people, URL))
    assert list(cards) == ["apns", "fcm", "adm", "wns", "web"]
    assert all("▲</span> Sandbox" in card for card in cards.values())
    live = cards_in(page_of(people, "/g/ours/live/push/"))
    assert all("✖</span> No credentials" in card for card in live.values())
    people.game.stages.filter(name="live").update(sandbox_push=True)
    assert "Sandbox" in page_of(people, "/g/ours/live/push/")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, ["◔</span> Not verified", "Verify them."]),
        (
            {"state": STATE.WORKING, "last_success_ms": 1_767_225_600_000},
            ["●</span> Working", "1 Jan 2026 00:00"],
        ),
        (
            {"state": STATE.FAILING, "last_error": "timeout: APNs did not answer in time."},
            ["✖</span> Failing", "APNs did not answer in time.", "see whether a firewall swallows"],
        ),
        (
            {"state": STATE.WRONG, "last_error": "InvalidProviderToken: Apple does not accept the key."},
            ["✖</span> Wrong settings", "Apple does not accept the key.", "Set the account again"],
        ),
        (
            {"expires_on": date(2020, 2, 1)},
            ["✖</span> Expired", "Expired on 2020-02-01: the credentials."],
        ),
        ({"sandbox": True, "credentials": ""}, ["▲</span> Sandbox"]),
    ],
    ids=["new", "working", "failing", "wrong", "expired", "sandbox"],
)
def test_a_card_says_its_state_why_and_what_to_do(
    people: People, fields: dict[str, Any], words: list[str]
) -> None:
    account = apns(people.game.stage("live"))
    for name, value in fields.items():
        setattr(account, name, value)
    account.save()
    card = cards_in(page_of(people, "/g/ours/live/push/", "viewer"))["apns"]
    assert [each for each in words if escape(each).replace("&lt;/span&gt;", "</span>") not in card] == []


def test_credentials_that_nobody_can_read_are_said_to_be_so(people: People, settings: Any) -> None:
    apns(people.game.stage("preview"))
    settings.CREDENTIAL_KEYS = ["w5hYhJdXJXkQ9CwKTxXv6wmeRAvOxhJE5vbDQEFUKTo="]
    for url in (URL, APNS):
        page = page_of(people, url)
        assert "✖</span> Unreadable" in page
        assert "add them again" in page
    assert "The credentials are stored." in post(people, APNS, form())


def test_a_card_counts_devices_and_todays_pushes(people: People) -> None:
    stage = people.game.stage("preview")
    device_on(stage)
    Device.objects.filter(pk=device_on(stage, "bo", "b" * 64).pk).update(disabled="Unregistered")
    kind = {"stage": stage, "provider": "apns", "variant": -1, "opened": 0}
    PushCount.objects.create(message_class="A", day=day_of(now_ms()), sent=7, failed=2, **kind)
    PushCount.objects.create(message_class="B", day=day_of(now_ms()), sent=4, failed=0, **kind)
    PushCount.objects.create(message_class="A", day="2020-01-01", sent=100, failed=100, **kind)
    card = cards_in(page_of(people, URL))["apns"]
    assert "<dt>Sent today</dt><dd>11</dd>" in card
    assert "<dt>Failed today</dt><dd>2</dd>" in card
    assert "<dt>Devices</dt><dd>1</dd>" in card


def test_the_database_is_asked_as_often_for_one_account_as_for_five(
    people: People, simulator: Simulator, django_assert_num_queries: Any
) -> None:
    stage, client = people.game.stage("preview"), people.client("owner")
    for providers in (["apns"], ["fcm", "adm", "wns", "web"]):
        for provider in providers:
            set_account(stage, provider, simulator.account(provider))
        with django_assert_num_queries(8):
            assert client.get(URL).status_code == 200


def test_an_uploaded_key_is_stored_and_never_shown(people: People) -> None:
    page = post(people, APNS, form())
    stored = account_of(people.game.stage("preview"), "apns")
    assert stored is not None
    assert stored.secrets["p8"] == pem(p8_key())
    assert fingerprint_of(stored.secrets) in page
    assert "by <bdi>ours-admin</bdi>" in page
    assert "◔</span> Not verified" in page
    entry = AuditEntry.objects.get(action="push_account.set")
    everything = page + page_of(people, URL) + json.dumps(entry.detail)
    for line in pem(p8_key()).splitlines()[1:-1]:
        assert line not in everything
    for name in ("KEY1234567", "TEAM123456", "org.example.game"):
        assert name in page


def test_a_pasted_key_does_as_well_and_crosses_into_the_sandbox(people: People) -> None:
    post(people, APNS, form(p8_file="", p8=pem(p8_key()), sandbox="on", daily_cap="5", coalesces="on"))
    stored = account_of(people.game.stage("preview"), "apns")
    assert stored is not None
    assert (stored.sandbox, stored.daily_cap, stored.coalesces) == (True, 5, True)
    assert stored.secrets["p8"] == pem(p8_key())


def test_secrets_that_are_left_empty_stay(people: People) -> None:
    apns(people.game.stage("preview"))
    post(people, APNS, form(p8_file="", topic="org.example.other"))
    stored = account_of(people.game.stage("preview"), "apns")
    assert stored is not None
    assert stored.secrets["p8"] == pem(p8_key())


@pytest.mark.parametrize(
    ("provider", "data", "field", "words"),
    [
        (
            "apns",
            {"p8_file": p8_file(content=P12_HEAD)},
            "p8_file",
            P12,
        ),
        ("apns", {"p8_file": p8_file(content=b"x" * 20_001)}, "p8_file", "This is larger than 20 KB"),
        ("apns", {"p8_file": p8_file(content=b"\xff")}, "p8_file", "It is not text."),
        ("apns", {"p8_file": p8_file(content=b"hello")}, "p8_file", "p8: is the text of a .p8 file"),
        ("apns", {"p8": "hello"}, "p8", "p8: is the text of a .p8 file"),
        ("fcm", {"service_account": "AIza" + "x" * 35}, "service_account", SERVER_KEY),
        ("fcm", {"service_account": "{hello"}, "service_account", "It is not JSON."),
        ("fcm", {"service_account": "{}"}, "service_account", "is required"),
        ("adm", {"client_id": "id"}, "client_secret", "is required"),
    ],
    ids=["p12", "large", "binary", "text", "pasted", "server-key", "json", "empty", "secret"],
)
def test_what_is_no_credential_is_refused_beside_its_field(
    people: People, provider: str, data: dict[str, Any], field: str, words: str
) -> None:
    given = (form() | {"p8_file": ""} if provider == "apns" else {}) | data
    page = post(people, f"{URL}{provider}/", given, status=422)
    assert f'<a href="#id_{field}">' in page
    assert escape(words) in page
    assert "hello" not in page
    assert not ProviderAccount.objects.exists()


def test_new_credentials_wait_until_the_provider_takes_them(people: People) -> None:
    stage = people.game.stage("preview")
    old = apns(stage)
    ProviderAccount.objects.filter(pk=old.pk).update(state=STATE.WORKING)
    page = post(people, APNS, form(p8_file=p8_file("new")))
    assert "The new credentials are being tried; the old ones send on" in page
    assert fingerprint_of(old.secrets) in page
    assert PendingCredentials.objects.exists()
    page = post(people, APNS, {"discard": ""})
    assert "The new credentials are forgotten" in page
    assert not PendingCredentials.objects.exists()


def test_a_pair_for_browsers_is_generated(people: People) -> None:
    assert "is required" in post(people, f"{URL}web/", {"generate": ""}, status=422)
    page = post(people, f"{URL}web/", {"generate": "", "subject": "mailto:dev@example.org"})
    stored = account_of(people.game.stage("preview"), "web")
    assert stored is not None
    key = stored.secrets["vapidPrivateKey"]
    assert f'<code id="public-key">{application_server_key(key)}</code>' in page
    assert key.splitlines()[1] not in page


def test_live_takes_previews_credentials_without_showing_them(people: People) -> None:
    apns(people.game.stage("preview"), dailyCap=9, sandbox=True)
    assert "Copy them from preview" in page_of(people, LIVE_APNS)
    page = post(people, LIVE_APNS, {"copy": ""})
    copied = account_of(people.game.stage("live"), "apns")
    assert copied is not None
    assert (copied.secrets["p8"], copied.daily_cap, copied.sandbox) == (pem(p8_key()), 9, True)
    assert "Copied from preview" in page
    assert "Copy them from preview" not in page
    assert "There is nothing to copy." in post(people, "/g/ours/live/push/fcm/", {"copy": ""}, status=422)


def test_credentials_are_removed_by_whoever_types_the_games_key(people: People) -> None:
    apns(people.game.stage("live"))
    page = post(people, LIVE_APNS, {"remove": "", "typed": "our"}, status=422)
    assert "Not removed: type ours" in page
    assert ProviderAccount.objects.count() == 1
    assert "are removed." in post(people, LIVE_APNS, {"remove": "", "typed": "ours"})
    assert not ProviderAccount.objects.exists()


def test_a_viewer_sees_the_state_and_nothing_to_change(people: People) -> None:
    apns(people.game.stage("preview"))
    device_on(people.game.stage("preview"))
    page = page_of(people, APNS, "viewer")
    assert "org.example.game" in page
    assert page.count("<form") == 2  # those that sign out
    editor = page_of(people, APNS, "editor")
    assert "Send a test push" in editor
    assert 'name="save"' not in editor
    assert "Send a test push" not in page_of(people, LIVE_APNS, "editor")


def test_verifying_shows_each_step_and_the_state_follows(people: People, simulator: Simulator) -> None:
    set_account(people.game.stage("preview"), "apns", simulator.account("apns"))
    page = post(people, f"{APNS}verify/", {}, status=200)
    assert 'Verified: <span class="state state-ok">' in page
    assert "✓</span><span" in page
    assert "✗" not in page
    assert "●</span> Working" in page
    assert simulator.delivered("apns") == []


def test_verifying_says_a_wrong_key_id_in_plain_words(people: People, simulator: Simulator) -> None:
    document = simulator.account("apns")
    document["credentials"]["keyId"] = "WRONGKEYID"
    set_account(people.game.stage("preview"), "apns", document)
    page = post(people, f"{APNS}verify/", {}, status=200)
    assert 'Verified: <span class="state state-failed">' in page
    assert "Check the account&#x27;s key, key id and team id." in page
    assert "◔</span> Not verified" in page


def test_browsers_push_services_are_not_proven_without_a_push(people: People, simulator: Simulator) -> None:
    set_account(people.game.stage("preview"), "web", simulator.account("web"))
    page = post(people, f"{URL}web/verify/", {}, status=200)
    assert "The key signs. Send a test push to a browser to try it." in page
    assert "◔</span> Not verified" in page


def test_a_test_push_reaches_the_device_and_the_log(people: People, simulator: Simulator) -> None:
    stage = people.game.stage("preview")
    set_account(stage, "apns", simulator.account("apns"))
    device = device_on(stage)
    assert f'<option value="{device.pk}">ios …c3d4' not in page_of(people, APNS, player="nobody")
    assert f'<option value="{device.pk}">' in page_of(people, APNS, player="ada")
    page = post(people, f"{APNS}test/", {"device": device.pk}, role="editor", status=200)
    assert "The provider took it: look at the device." in page
    assert [each["token"] for each in simulator.delivered("apns")] == [TOKEN]
    assert TOKEN not in page
    assert PushAttempt.objects.get().code == "sent"


def test_a_test_push_on_live_is_meant(people: People, simulator: Simulator) -> None:
    stage = people.game.stage("live")
    set_account(stage, "apns", simulator.account("apns"))
    device = device_on(stage)
    url = f"{LIVE_APNS}test/"
    assert "Tick that you mean it." in post(people, url, {"device": device.pk}, status=422)
    assert simulator.delivered("apns") == []
    post(people, url, {"device": device.pk, "confirmed": "on"}, status=200)
    assert len(simulator.delivered("apns")) == 1


@pytest.mark.parametrize("other", ["stage", "provider", "nobody"])
def test_a_test_push_needs_a_device_of_the_stage_and_the_provider(
    people: People, simulator: Simulator, other: str
) -> None:
    preview, live = people.game.stage("preview"), people.game.stage("live")
    set_account(preview, "apns", simulator.account("apns"))
    player = Player.objects.create(stage=preview, user_name="bo")
    device = {
        "stage": lambda: device_on(live).pk,
        "provider": lambda: register(player, "android", "fcm-token").pk,
        "nobody": lambda: "5f0000000000000000000001",
    }[other]()
    assert "choose a device" in post(people, f"{APNS}test/", {"device": device}, status=422)
    assert not PushAttempt.objects.exists()
