"""Guessing operators' passwords, by Django's own log-in page."""

import logging
from typing import Any

import pytest
from django.test import Client

from games.models import User
from portal import sign_in
from protocol.limiter import Limiter

pytestmark = pytest.mark.django_db

OFFICE, ELSEWHERE = "203.0.113.1", "203.0.113.2"


@pytest.fixture(autouse=True)
def nothing_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    """And no time passes, however long a hundred guesses take: none of them is given back meanwhile."""
    monkeypatch.setattr(sign_in, "wrong_passwords", Limiter("sign_ins", clock=lambda: 0.0))


@pytest.fixture(autouse=True)
def olga() -> User:
    return User.objects.create_user("olga", password="right", is_staff=True)


def attempt(name: str, password: str, address: str = OFFICE) -> str:
    """`in`, or what the page says."""
    fields = {"username": name, "password": password, "next": "/ops/"}
    response: Any = Client().post("/ops/login/", fields, REMOTE_ADDR=address)
    if response.status_code == 302:
        assert response.headers["Location"] == "/ops/"
        return "in"
    (error,) = response.context["form"].errors["__all__"]
    return str(error)


WRONG = (
    "Please enter the correct username and password for a staff account. "
    "Note that both fields may be case-sensitive."
)


def test_right_password_lets_in_however_often() -> None:
    assert {attempt("olga", "right") for _ in range(15)} == {"in"}


def test_a_name_is_guessed_ten_times_from_an_address_and_no_oftener() -> None:
    assert [attempt("olga", "guess") for _ in range(12)] == [WRONG] * 10 + [sign_in.TOO_MANY] * 2
    assert attempt("olga", "right") == attempt("OLGA", "right") == sign_in.TOO_MANY


def test_a_stranger_does_not_lock_an_operator_out() -> None:
    for _ in range(12):
        attempt("olga", "guess", ELSEWHERE)
    assert attempt("olga", "right", ELSEWHERE) == sign_in.TOO_MANY
    assert attempt("olga", "right") == "in"


def test_an_address_guesses_thirty_times_whatever_the_names() -> None:
    seen = [attempt(f"name-{number}", "123456") for number in range(32)]
    assert seen == [WRONG] * 30 + [sign_in.TOO_MANY] * 2
    assert attempt("olga", "right") == sign_in.TOO_MANY
    assert attempt("olga", "right", ELSEWHERE) == "in"


def test_a_name_is_guessed_a_hundred_times_from_everywhere() -> None:
    seen = [attempt("olga", "guess", f"203.0.113.{number}") for number in range(1, 104)]
    assert seen == [WRONG] * 100 + [sign_in.TOO_MANY] * 3


def test_this_machine_is_limited_by_name_alone() -> None:
    seen = [attempt("olga", "guess", "127.0.0.1") for _ in range(40)]
    assert seen == [WRONG] * 40


def test_failed_attempts_are_logged_in_a_line(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "flint.sign_in"):
        attempt("olga\nforged line", "guess-of-a-password")
    assert caplog.messages == [r"wrong password for operator 'olga\nforged line' from 203.0.113.1"]
    assert "guess-of" not in caplog.text


def test_session_is_a_new_one_after_signing_in() -> None:
    """Who planted a session before does not get in with it."""
    client = Client()
    client.cookies["flint_session"] = "a" * 32
    client.post("/ops/login/", {"username": "olga", "password": "right"}, REMOTE_ADDR=OFFICE)
    cookie = client.cookies["flint_session"]
    assert cookie.value != "a" * 32
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/ops/", True, "Lax")
