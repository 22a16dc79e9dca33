"""Signing in by two steps: here, at the operators' pages, and what switches it on and off."""

import logging
import re
import time
from io import StringIO
from typing import Any

import pyotp
import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from games.accounts import second_factor
from games.models import Stage, User
from portal import sign_in
from portal.web import second_step as steps
from portal.web.views.second_step import FAILED
from protocol.limiter import Limiter
from tests.portal.web.people import People
from tests.portal.web.people import sign_in as enter

pytestmark = pytest.mark.django_db
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
SESSION = "flint_portal_session"


@pytest.fixture(autouse=True)
def nothing_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    from portal.web import signing_in

    fresh = Limiter("sign_ins", clock=lambda: 0.0)
    for module in (sign_in, signing_in, steps):
        monkeypatch.setattr(module, "wrong_passwords", fresh)


@pytest.fixture
def plain() -> User:
    return User.objects.create_user("dora", "dora@example.org", "right", is_staff=True)


@pytest.fixture
def codes(plain: User) -> list[str]:
    """Recovery codes of dora, who signs in by two steps. The app's code of now is not used up."""
    found = second_factor.turn_on(plain, SECRET, code(-1))
    assert found is not None
    return found


def code(step: int = 0) -> str:
    return pyotp.TOTP(SECRET).at(time.time() + 30 * step)


def first_step(next: str = "", remember: str = "") -> Client:
    client = Client(REMOTE_ADDR="203.0.113.1")
    fields = {"name": "dora", "password": "right", "next": next, "remember": remember}
    assert client.post("/login/", fields).headers["Location"] == "/login/2fa/"
    return client


def test_the_password_alone_opens_no_page(codes: list[str]) -> None:
    client = first_step()
    assert client.get("/login/2fa/").status_code == 200
    for path in ("/", "/account/", "/account/second-step/", "/account/tokens/"):
        assert client.get(path).status_code == 302
        assert client.get(path).headers["Location"].startswith("/login/?next=" if path != "/" else "/login/")


def test_the_second_step_leads_where_the_user_wanted_to_go(codes: list[str]) -> None:
    client = first_step("/account/tokens/", remember="on")
    before = client.cookies[SESSION].value
    answer = client.post("/login/2fa/", {"code": code()})
    assert answer.headers["Location"] == "/account/tokens/"
    assert client.get("/account/tokens/").status_code == 200
    assert client.cookies[SESSION].value != before
    assert client.cookies[SESSION]["max-age"] == 14 * 24 * 3600


def test_a_recovery_code_takes_the_place_of_the_app(codes: list[str]) -> None:
    assert first_step().post("/login/2fa/", {"code": codes[3]}).headers["Location"] == "/"
    again = first_step().post("/login/2fa/", {"code": codes[3]})
    assert (again.status_code, FAILED in again.content.decode()) == (422, True)
    assert codes[3] not in again.content.decode()


def test_the_second_step_without_the_first_leads_to_it(codes: list[str]) -> None:
    client = Client()
    assert client.get("/login/2fa/").headers["Location"] == "/login/"
    assert client.post("/login/2fa/", {"code": code()}).headers["Location"] == "/login/"
    assert client.get("/").status_code == 302


def test_the_second_step_has_ten_minutes(codes: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    client = first_step()
    monkeypatch.setattr(steps, "WITHIN", -1)
    assert client.post("/login/2fa/", {"code": codes[0]}).headers["Location"] == "/login/"
    assert client.get("/").status_code == 302


def test_a_new_password_takes_the_first_step_back(codes: list[str], plain: User) -> None:
    client = first_step()
    plain.set_password("another")
    plain.save()
    assert client.post("/login/2fa/", {"code": codes[0]}).headers["Location"] == "/login/"


def test_codes_are_guessed_five_times_from_everywhere(codes: list[str], caplog: Any) -> None:
    seen = []
    with caplog.at_level(logging.WARNING, "flint.sign_in"):
        for _ in range(7):
            answer = first_step().post("/login/2fa/", {"code": "000000"})
            seen.append((answer.status_code, FAILED in answer.content.decode()))
    assert seen == [(422, True)] * 5 + [(429, True)] * 2
    assert answer.headers["Retry-After"] == "120"
    right = first_step().post("/login/2fa/", {"code": codes[0]})
    assert right.status_code == 429
    said = [line.getMessage() for line in caplog.records if line.name == "flint.sign_in"]
    assert said == ["wrong code for 'dora' from 203.0.113.1"] * 5


def test_operators_pages_ask_for_the_code_too(codes: list[str], plain: User) -> None:
    def enter_ops(**given: str) -> int:
        return Client().post("/ops/login/", {"username": "dora", "password": "right", **given}).status_code

    page = Client().get("/ops/login/").content.decode()
    assert re.search(r'<form[^>]*id="login-form".*<input[^>]*name="code".*</form>', page, re.DOTALL)
    assert [enter_ops(), enter_ops(code="000000"), enter_ops(code=code()), enter_ops(code=code())] == [
        *(200, 200, 302),
        200,
    ]
    assert [enter_ops(code="000000") for _ in range(4)] == [200] * 4
    assert enter_ops(code=codes[0]) == 200
    second_factor.turn_off(plain, None)
    assert enter_ops() == 302


def enrol(client: Client, **changed: str) -> tuple[int, str]:
    page = client.get("/account/second-step/").content.decode()
    (shown,) = re.findall(r'<code class="key">([A-Z2-7 ]+)</code>', page)
    fields = {"do": "on", "code": pyotp.TOTP(shown.replace(" ", "")).now(), "password": "right", **changed}
    answer = client.post("/account/second-step/", fields)
    return answer.status_code, answer.content.decode()


def test_switching_it_on_takes_the_password_and_the_code(plain: User) -> None:
    client = Client()
    enter(client, plain)
    status, page = enrol(client, password="guess")
    assert (status, "That is not your password" in page) == (422, True)
    status, page = enrol(client, code="000000")
    assert (status, "That is not the code that the app shows now." in page) == (422, True)
    assert not second_factor.is_on(plain)
    status, page = enrol(client)
    assert status == 200
    shown = re.findall(r"<li><code>([a-z2-9-]{19})</code>", page)
    assert len(shown) == 10
    assert second_factor.accepts(plain, shown[0])
    again = client.get("/account/second-step/").content.decode()
    assert "9 of your recovery codes are left." in again
    assert shown[1] not in again
    assert "data:image" not in again


def test_it_is_switched_off_by_the_password_alone(codes: list[str], plain: User) -> None:
    client = Client()
    enter(client, plain)
    for what in ("off", "codes"):
        refused = client.post("/account/second-step/", {"do": what, "password": "guess"})
        assert refused.status_code == 422
    assert client.post("/account/second-step/", {"do": "on", "password": "right"}).status_code == 404
    new = client.post("/account/second-step/", {"do": "codes", "password": "right"}).content.decode()
    assert codes[0] not in new
    assert not second_factor.accepts(plain, codes[0])
    client.post("/account/second-step/", {"do": "off", "password": "right"})
    assert "Two-step sign-in is off." in client.get("/account/second-step/").content.decode()
    assert not second_factor.is_on(plain)


def test_who_lost_everything_is_let_in_by_a_command(codes: list[str]) -> None:
    out = StringIO()
    call_command("turn_off_second_step", "dora", stdout=out)
    assert out.getvalue() == "dora signs in by password alone.\n"
    assert Client().post("/login/", {"name": "dora", "password": "right"}).headers["Location"] == "/"
    with pytest.raises(CommandError, match="dora has no two-step sign-in"):
        call_command("turn_off_second_step", "dora")


@pytest.mark.parametrize(
    ("role", "live", "told"),
    [("owner", True, True), ("admin", True, True), ("editor", True, False), ("owner", False, False)],
)
def test_who_administers_a_live_game_by_password_alone_is_told(
    people: People, role: str, live: bool, told: bool
) -> None:
    if not live:
        Stage.objects.update(snapshot=None)
    words = "your password alone lets in"
    assert (words in people.client(role).get("/").content.decode()) is told
    second_factor.turn_on(people.user(role), SECRET, code())
    assert words not in people.client(role).get("/").content.decode()
