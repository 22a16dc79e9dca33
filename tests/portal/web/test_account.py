"""The user's account: name, theme, password, and the sessions that are open."""

import re
from collections import OrderedDict

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from games.accounts import sessions
from games.models import PortalSession, User
from portal.web import signed_in
from portal.web.browsers import in_words

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
AS_BEFORE = {"theme": "system", "density": "comfortable", "time_zone": "UTC", "single_keys": "on"}
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.0 Mobile/15E148 Safari/604.1"
)


@pytest.fixture(autouse=True)
def dora() -> User:
    return User.objects.create_user("dora", "dora@example.org", "right")


def signed_in_client(agent: str = FIREFOX, address: str = "203.0.113.1") -> Client:
    client = Client(HTTP_USER_AGENT=agent, REMOTE_ADDR=address)
    assert client.post("/login/", {"name": "dora", "password": "right"}).status_code == 302
    return client


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_profile_saves_the_name_and_nothing_else_of_the_user(dora: User) -> None:
    client = signed_in_client()
    sent = AS_BEFORE | {
        "first_name": "Dora D.",
        "theme": "dark",
        "is_superuser": "on",
        "email": "x@example.org",
    }
    assert client.post("/account/", sent).headers["Location"] == "/account/"
    assert "Saved." in page(client, "/account/")
    dora.refresh_from_db()
    assert (dora.first_name, dora.theme) == ("Dora D.", "dark")
    assert (dora.email, dora.is_superuser) == ("dora@example.org", False)


def test_which_mails_one_gets_is_chosen_by_kind(dora: User) -> None:
    client = signed_in_client()
    shown = page(client, "/account/")
    checked = re.findall(r'name="mails" value="(\w+)"[^>]* checked', shown)
    assert checked == ["expiry", "breaker"]
    assert "none can be sent" not in shown
    client.post("/account/", AS_BEFORE | {"first_name": "", "mails": ["broadcast", "expiry"]})
    dora.refresh_from_db()
    assert (dora.mail_expiry, dora.mail_breaker, dora.mail_broadcast) == (True, False, True)
    assert client.post("/account/", AS_BEFORE | {"first_name": "", "mails": ["weather"]}).status_code == 422
    User.objects.update(email="")
    assert "You have no e-mail address yet: none can be sent." in page(client, "/account/")


@pytest.mark.parametrize(
    ("theme", "element", "scheme"),
    [
        ("system", '<html lang="en">', "light dark"),
        ("light", '<html lang="en" data-theme="light">', "light"),
        ("dark", '<html lang="en" data-theme="dark">', "dark"),
    ],
)
def test_the_chosen_theme_comes_with_every_page(theme: str, element: str, scheme: str) -> None:
    client = signed_in_client()
    client.post("/account/", AS_BEFORE | {"first_name": "", "theme": theme})
    shown = page(client, "/")
    assert element in shown
    assert f'<meta name="color-scheme" content="{scheme}">' in shown


def test_a_theme_that_there_is_not_is_refused(dora: User) -> None:
    answer = signed_in_client().post("/account/", AS_BEFORE | {"first_name": "", "theme": "pink"})
    assert answer.status_code == 422
    dora.refresh_from_db()
    assert dora.theme == "system"


def test_how_pages_are_shown_is_kept_with_the_account(dora: User) -> None:
    client = signed_in_client()
    shown = page(client, "/")
    assert "data-density" not in shown
    assert "data-single-keys" not in shown
    client.post("/account/", {"theme": "system", "density": "compact", "time_zone": "Asia/Kathmandu"})
    dora.refresh_from_db()
    assert (dora.density, dora.time_zone, dora.single_keys) == ("compact", "Asia/Kathmandu", False)
    assert '<html lang="en" data-density="compact" data-single-keys="off">' in page(client, "/")
    PortalSession.objects.update(created="2020-01-01T00:00:00Z")
    tooltip = 'title="1 Jan 2020 00:00:00 UTC · 1 Jan 2020 05:45:00 UTC+05:45 (Asia/Kathmandu)"'
    assert tooltip in page(client, "/account/sessions/")


@pytest.mark.parametrize(("field", "value"), [("density", "tiny"), ("time_zone", "Moon/Crater")])
def test_what_there_is_not_is_not_kept(dora: User, field: str, value: str) -> None:
    assert signed_in_client().post("/account/", AS_BEFORE | {field: value}).status_code == 422
    dora.refresh_from_db()
    assert (dora.density, dora.time_zone) == ("comfortable", "UTC")


def test_sessions_are_listed_with_browser_and_address_this_one_first() -> None:
    here = signed_in_client()
    signed_in_client(PHONE, "203.0.113.2")
    shown = page(here, "/account/sessions/")
    heads = re.findall(r'<th scope="row" role="rowheader"><bdi>(.*?)</bdi>(.*?)</th>', shown)
    assert [(name, "this one" in rest) for name, rest in heads] == [
        ("Firefox 140 on Linux", True),
        ("Safari 18 on iPhone", False),
    ]
    assert "203.0.113.2" in shown
    assert 'aria-label="End the session of Firefox' not in shown


def test_a_session_that_is_ended_is_signed_out_at_once(dora: User) -> None:
    here, there = signed_in_client(), signed_in_client(PHONE)
    assert page(there, "/")
    (row,) = PortalSession.objects.filter(browser="Safari 18 on iPhone")
    here.post("/account/sessions/", {"end": row.pk})
    assert "The session of Safari 18 on iPhone has ended." in page(here, "/account/sessions/")
    assert there.get("/").headers["Location"] == "/login/"
    assert not Session.objects.filter(session_key=row.session_key).exists()


def test_all_other_sessions_are_ended_together() -> None:
    here, *others = [signed_in_client() for _ in range(3)]
    here.post("/account/sessions/", {"end": "others"})
    assert "2 sessions have ended." in page(here, "/account/sessions/")
    assert [other.get("/").status_code for other in others] == [302, 302]
    assert PortalSession.objects.count() == 1


def test_sessions_of_somebody_else_are_not_there() -> None:
    User.objects.create_user("eve", "eve@example.org", "right")
    eve = Client()
    eve.post("/login/", {"name": "eve", "password": "right"})
    dora = signed_in_client()
    (row,) = PortalSession.objects.filter(user__username="dora")
    assert eve.post("/account/sessions/", {"end": row.pk}).status_code == 404
    eve.post("/account/sessions/", {"end": "others"})
    assert page(dora, "/")


def test_signing_out_takes_the_session_off_the_list() -> None:
    client = signed_in_client()
    client.post("/logout/")
    assert not PortalSession.objects.exists()


def test_sessions_that_expired_are_not_listed_and_forgotten_at_the_next_signing_in(dora: User) -> None:
    signed_in_client(PHONE)
    Session.objects.update(expire_date="2020-01-01T00:00:00Z")
    assert sessions.sessions_of(dora) == []
    here = signed_in_client()
    assert "iPhone" not in page(here, "/account/sessions/")
    assert PortalSession.objects.count() == 1


def test_last_seen_is_written_once_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in_client()
    PortalSession.objects.update(seen="2020-01-01T00:00:00Z")
    page(client, "/")
    assert PortalSession.objects.get().seen.year == 2020
    monkeypatch.setattr(signed_in, "EVERY", 0)
    page(client, "/")
    assert PortalSession.objects.get().seen.year > 2020


def test_last_seen_is_written_beside_the_session_not_over_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Saved by a preview that is under way, it would undo what a form's answer says on the next page."""
    client = signed_in_client()
    before = Session.objects.get().session_data
    monkeypatch.setattr(signed_in, "EVERY", 0)
    with CaptureQueriesContext(connection) as asked:
        page(client, "/")
    written = [each["sql"] for each in asked if each["sql"].startswith(("INSERT", "UPDATE"))]
    assert [sql.split('"')[1] for sql in written] == ["games_portalsession"]
    assert Session.objects.get().session_data == before


def test_a_session_that_a_former_release_began_is_listed_too(monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in_client()
    PortalSession.objects.all().delete()
    monkeypatch.setattr(signed_in, "_noted", OrderedDict())  # as in the new release's process
    assert "Firefox 140 on Linux" in page(client, "/account/sessions/")


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(dora: User) -> None:
    here, there = signed_in_client(), signed_in_client(PHONE)
    new = "a longer one here"
    sent = {"old_password": "right", "new_password1": new, "new_password2": new}
    assert here.post("/account/password/", sent).headers["Location"] == "/account/"
    assert "Your password is changed; your other sessions have ended." in page(here, "/account/")
    assert there.get("/").headers["Location"] == "/login/"
    assert [row.browser for row in sessions.sessions_of(dora)] == ["Firefox 140 on Linux"]


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox 140 on Linux"),
        (PHONE, "Safari 18 on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/142.0 Safari/537.36 Edg/142.0", "Edge 142 on Windows"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/142.0 Mobile Safari/537.36", "Chrome 142 on Android"),
        ("curl/8.1", "curl/8.1"),
        ("x\u202ey" + "z" * 200, "x\\u202ey" + "z" * 32),
        ("", "an unknown browser"),
    ],
)
def test_browsers_are_named_in_words(agent: str, words: str) -> None:
    assert in_words(agent) == words
