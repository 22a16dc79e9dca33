"""Signing in to the developers' pages: by name or address, guessed at, and apart from the operators'."""

import pytest
from django.test import Client

from games.models import User
from portal import sign_in
from portal.web.views.sign_in import FAILED
from protocol.limiter import Limiter
from tests.portal.web.people import People

pytestmark = pytest.mark.django_db
OFFICE, ELSEWHERE = "203.0.113.1", "203.0.113.2"
SESSION = "flint_portal_session"


@pytest.fixture(autouse=True)
def nothing_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    from portal.web import signing_in

    fresh = Limiter("sign_ins", clock=lambda: 0.0)
    monkeypatch.setattr(sign_in, "wrong_passwords", fresh)
    monkeypatch.setattr(signing_in, "wrong_passwords", fresh)


@pytest.fixture(autouse=True)
def dora() -> User:
    return User.objects.create_user("dora", "Dora@Example.org", "right")


def attempt(name: str, password: str, address: str = OFFICE, next: str = "") -> tuple[int, str]:
    """The status, and where it leads or what the page says."""
    fields = {"name": name, "password": password, "next": next}
    answer = Client().post("/login/", fields, REMOTE_ADDR=address)
    if answer.status_code == 302:
        return 302, answer.headers["Location"]
    assert FAILED.encode() in answer.content
    return answer.status_code, FAILED


@pytest.mark.parametrize("name", ["dora", "dora@example.org", "DORA@EXAMPLE.ORG"])
def test_sign_in_takes_the_user_name_or_the_address(name: str) -> None:
    assert attempt(name, "right") == (302, "/")


def test_sign_in_says_the_same_of_every_wrong_try() -> None:
    User.objects.create_user("gone", "gone@example.org", "right", is_active=False)
    tries = [("dora", "guess"), ("nobody", "right"), ("no@example.org", "right"), ("gone", "right")]
    assert {attempt(name, password) for name, password in tries} == {(422, FAILED)}


def test_sign_in_by_an_address_that_two_users_have_lets_nobody_in() -> None:
    User.objects.create_user("double", "dora@example.org", "right")
    assert attempt("dora@example.org", "right") == (422, FAILED)
    assert attempt("dora", "right") == (302, "/")


def test_a_user_is_guessed_ten_times_by_name_and_address_together() -> None:
    names = ["dora", "dora@example.org"] * 6
    assert [attempt(name, "guess")[0] for name in names] == [422] * 10 + [429] * 2
    assert attempt("dora", "right") == (429, FAILED)
    assert attempt("dora", "right", ELSEWHERE) == (302, "/")


def test_sign_in_says_when_to_try_again() -> None:
    for _ in range(10):
        attempt("dora", "guess")
    answer = Client().post("/login/", {"name": "dora", "password": "right"}, REMOTE_ADDR=OFFICE)
    assert answer.headers["Retry-After"] == "90"


@pytest.mark.parametrize(
    ("next", "target"),
    [
        ("/g/ours/live/trace/?id=1", "/g/ours/live/trace/?id=1"),
        ("https://evil.example.com/", "/"),
        ("//evil.example.com/", "/"),
        ("/\\evil.example.com", "/"),
        ("javascript:alert(1)", "/"),
        ("trace", "/"),
    ],
)
def test_sign_in_leads_on_within_the_portal_alone(next: str, target: str) -> None:
    assert attempt("dora", "right", next=next) == (302, target)


def test_sign_in_makes_the_session_a_new_one() -> None:
    """Who planted a session before does not get in with it."""
    client = Client()
    client.cookies[SESSION] = "a" * 32
    client.post("/login/", {"name": "dora", "password": "right"})
    cookie = client.cookies[SESSION]
    assert cookie.value != "a" * 32
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/", True, "Lax")
    assert cookie["max-age"] == ""
    assert "flint_session" not in client.cookies


def test_sign_in_is_remembered_for_two_weeks_when_asked() -> None:
    client = Client()
    client.post("/login/", {"name": "dora", "password": "right", "remember": "on"})
    assert client.cookies[SESSION]["max-age"] == 14 * 24 * 3600


def test_sign_in_to_one_half_signs_nobody_in_to_the_other(dora: User) -> None:
    dora.is_staff = True
    dora.save()
    developer = Client()
    developer.post("/login/", {"name": "dora", "password": "right"})
    assert developer.get("/ops/").status_code == 302
    operator = Client()
    operator.post("/ops/login/", {"username": "dora", "password": "right"})
    assert operator.get("/ops/").status_code == 200
    assert operator.get("/").status_code == 302


def test_sign_out_ends_the_session(people: People) -> None:
    client = people.client("owner")
    planted = client.cookies[SESSION].value
    assert client.get("/").status_code == 200
    assert client.post("/logout/").headers["Location"] == "/login/"
    client.cookies[SESSION] = planted
    assert client.get("/").headers["Location"] == "/login/"


def test_a_password_somebody_else_made_is_changed_first(dora: User) -> None:
    User.objects.filter(pk=dora.pk).update(temporary_password=True)
    client, other = Client(), Client()
    for each in (client, other):
        each.post("/login/", {"name": "dora", "password": "right"})
    assert client.get("/").headers["Location"] == "/account/password/"
    new = {
        "old_password": "right",
        "new_password1": "a longer one here",
        "new_password2": "a longer one here",
    }
    assert client.post("/account/password/", new | {"new_password2": "x"}).status_code == 422
    assert client.post("/account/password/", new).headers["Location"] == "/"
    assert client.get("/").status_code == 200
    assert other.get("/").headers["Location"] == "/login/"
