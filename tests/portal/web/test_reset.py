"""Forgotten passwords and new addresses: links by mail, good once and for a while; who exists is not told."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.mail import EmailMessage
from django.test import Client

from games.models import AuditEntry, User
from portal import mails
from portal.web.views import email, reset
from protocol.limiter import Limiter
from tests.portal.web.people import sign_in

pytestmark = pytest.mark.django_db
OFFICE, ELSEWHERE = "203.0.113.1", "203.0.113.2"
NEW = {"new_password1": "a longer one here", "new_password2": "a longer one here"}
SENT = "If an account here has this address, a mail with a link is on its way."


@pytest.fixture(autouse=True)
def nothing_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = Limiter("mails", clock=lambda: 0.0)
    for module in (reset, email):
        monkeypatch.setattr(module, "mails", fresh)


@pytest.fixture(autouse=True)
def dora() -> User:
    return User.objects.create_user("dora", "Dora@example.org", "right")


def ask(address: str, network: str = OFFICE) -> tuple[int, str]:
    """The status, and the page without what differs each time."""
    answer = Client().post("/login/reset/", {"email": address}, REMOTE_ADDR=network)
    mails.wait_until_sent()
    return answer.status_code, re.sub(r'value="[\w@.-]*"', "", answer.content.decode())


def path_of(mail: EmailMessage) -> str:
    (found,) = re.findall(r"http://testserver(/\S+)", str(mail.body))
    return str(found)


def link(mailoutbox: Any, address: str = "dora@example.org") -> str:
    ask(address)
    return path_of(mailoutbox[-1])


def test_a_known_and_an_unknown_address_are_answered_alike(mailoutbox: Any) -> None:
    User.objects.create_user("gone", "gone@example.org", "right", is_active=False)
    pages = [ask(address) for address in ("dora@example.org", "no@example.org", "gone@example.org")]
    assert len(set(pages)) == 1
    assert pages[0][0] == 200
    assert SENT in pages[0][1]
    assert [mail.to for mail in mailoutbox] == [["Dora@example.org"]]
    assert mailoutbox[0].subject == "Your password on Flint"


def test_the_link_changes_the_password_once(mailoutbox: Any) -> None:
    path = link(mailoutbox)
    client = Client()
    assert client.get(path).status_code == 200
    assert client.post(path, NEW | {"new_password2": "x"}).status_code == 422
    assert client.post(path, {"new_password1": "password", "new_password2": "password"}).status_code == 422
    assert client.post(path, NEW).headers["Location"] == "/login/"
    assert "Your password is changed. Sign in with it." in client.get("/login/").content.decode()
    assert client.get(path).status_code == client.post(path, NEW).status_code == 404
    for password, location in (("right", None), ("a longer one here", "/")):
        answer = Client().post("/login/", {"name": "dora", "password": password})
        assert answer.headers.get("Location") == location
    assert AuditEntry.objects.get(action="user.password_reset").target == "dora"


def test_a_new_password_ends_all_sessions(mailoutbox: Any) -> None:
    before = Client()
    before.post("/login/", {"name": "dora", "password": "right"})
    path = link(mailoutbox)
    assert before.get("/").status_code == 200
    Client().post(path, NEW)
    assert before.get("/").status_code == 302


def test_signing_in_takes_the_link_back(mailoutbox: Any) -> None:
    path = link(mailoutbox)
    Client().post("/login/", {"name": "dora", "password": "right"})
    assert Client().get(path).status_code == 404


def test_the_link_is_good_for_an_hour(mailoutbox: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings.PASSWORD_RESET_TIMEOUT == 3600
    path = link(mailoutbox)
    generator = reset.default_token_generator
    now = generator._now()  # type: ignore[attr-defined]
    for seconds, status in ((3540, 200), (3660, 404)):
        later = now + timedelta(seconds=seconds)
        monkeypatch.setattr(type(generator), "_now", lambda self, later=later: later)
        assert Client().get(path).status_code == status


@pytest.mark.parametrize("user", ["MQ", "x", "-", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5"])
def test_a_link_for_somebody_else_or_made_up_is_not_good(mailoutbox: Any, user: str) -> None:
    User.objects.create_user("eve", "eve@example.org", "right")
    parts = link(mailoutbox, "eve@example.org").split("/")
    assert Client().get(f"/login/reset/{user}/{parts[-2]}/").status_code == 404


def test_a_link_of_somebody_who_is_switched_off_is_not_good(mailoutbox: Any, dora: User) -> None:
    path = link(mailoutbox)
    dora.is_active = False
    dora.save()
    assert Client().get(path).status_code == 404


def test_a_network_asks_ten_times_and_an_address_gets_three_mails(mailoutbox: Any) -> None:
    seen = [ask("dora@example.org")[0] for _ in range(12)]
    assert seen == [200] * 10 + [429] * 2
    assert len(mailoutbox) == 3
    assert ask("no@example.org")[0] == 429
    assert ask("no@example.org", ELSEWHERE)[0] == 200


def test_mails_go_out_after_the_answer(mailoutbox: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a slow mail service does not tell which addresses have an account."""
    handed: list[int] = []
    monkeypatch.setattr(reset, "hand_over", lambda given: handed.append(len(given)))
    ask("dora@example.org")
    ask("no@example.org")
    assert (handed, mailoutbox) == ([1, 0], [])


def test_links_name_the_public_address(mailoutbox: Any, settings: Any) -> None:
    settings.PUBLIC_URL = "https://flint.example.com/"
    ask("dora@example.org")
    assert "\nhttps://flint.example.com/login/reset/" in mailoutbox[0].body


def change_address(client: Client, mailoutbox: Any, new: str = "new@example.org") -> str:
    sent = {"email": new, "password": "right"}
    assert client.post("/account/email/", sent).headers["Location"] == "/account/"
    mails.wait_until_sent()
    assert mailoutbox[-1].to == [new]
    return path_of(mailoutbox[-1])


def test_a_new_address_counts_once_its_link_was_followed(mailoutbox: Any, dora: User) -> None:
    client = Client()
    sign_in(client, dora)
    assert client.post("/account/email/", {"email": "new@example.org", "password": "x"}).status_code == 422
    path = change_address(client, mailoutbox)
    eve = Client()
    sign_in(eve, User.objects.create_user("eve", "eve@example.org", "right"))
    assert eve.post(path).status_code == 404
    assert client.get(path).status_code == 200
    dora.refresh_from_db()
    assert dora.email == "Dora@example.org"
    client.post(path)
    dora.refresh_from_db()
    assert dora.email == "new@example.org"
    assert client.get(path).status_code == client.post(path).status_code == 404


def test_the_link_of_a_new_address_is_good_for_a_day(
    mailoutbox: Any, dora: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert email.WITHIN == 24 * 3600
    client = Client()
    sign_in(client, dora)
    path = change_address(client, mailoutbox)
    monkeypatch.setattr(email, "WITHIN", -1)
    assert client.post(path).status_code == 404


def test_an_address_that_another_account_has_stays_that_ones(mailoutbox: Any, dora: User) -> None:
    User.objects.create_user("eve", "Eve@example.org", "right")
    client = Client()
    sign_in(client, dora)
    client.post(change_address(client, mailoutbox, "eve@example.org"))
    assert "Another account has this address." in client.get("/account/").content.decode()
    dora.refresh_from_db()
    assert dora.email == "Dora@example.org"


def test_an_address_is_asked_for_five_times(mailoutbox: Any, dora: User) -> None:
    client = Client()
    sign_in(client, dora)
    for _ in range(5):
        change_address(client, mailoutbox)
    refused = client.post("/account/email/", {"email": "new@example.org", "password": "right"})
    assert refused.status_code == 422
