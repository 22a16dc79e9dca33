import json
from pathlib import Path
from typing import Any

import pytest

from portal.demo import details, greeting
from portal.demo.details import Address

CONTENT = {
    "apiKey": "K1",
    "secret": "s",
    "wsUrl": "ws://127.0.0.1:8000/preview/ws/device/K1",
    "admin": {"url": "http://127.0.0.1:8000/ops/", "userName": "admin", "password": "pass"},
}


@pytest.fixture(autouse=True)
def var(settings: Any, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path
    return tmp_path


def test_details_are_written_for_the_owner_alone_even_over_an_open_file(var: Path) -> None:
    (var / "demo.json").write_text("{}")
    (var / "demo.json").chmod(0o644)
    details.write(CONTENT)
    assert json.loads((var / "demo.json").read_text()) == CONTENT
    assert [(path.name, path.stat().st_mode & 0o777) for path in var.iterdir()] == [("demo.json", 0o600)]


def test_details_know_the_password_that_was_written() -> None:
    details.write(CONTENT)
    assert details.known_password() == "pass"


@pytest.mark.parametrize("text", ["", "[]", "{", '{"admin": {}}', '{"admin": 1}', '{"admin": null}'])
def test_details_that_cannot_be_read_know_no_password(var: Path, text: str) -> None:
    (var / "demo.json").write_text(text)
    assert details.known_password() == ""


def test_greeting_names_an_address_for_a_phone_where_there_is_one() -> None:
    told = list(greeting.lines(CONTENT, Address("127.0.0.1", 8000, "192.168.1.20")))
    assert "  A phone    ws://192.168.1.20:8000/preview/ws/device/K1" in told
    assert not [line for line in greeting.lines(CONTENT, Address("127.0.0.1", 8000)) if "A phone" in line]


def test_greeting_names_the_portal_and_who_owns_the_game() -> None:
    told = list(greeting.lines(CONTENT, Address("127.0.0.1", 8000)))
    assert "  Portal     http://127.0.0.1:8000/ (for developers: admin owns the demo game)" in told


def test_greeting_says_what_to_do_about_a_password_that_is_not_known() -> None:
    content = {**CONTENT, "admin": {"url": "http://127.0.0.1:8000/ops/", "userName": "admin"}}
    told = list(greeting.lines(content, Address("127.0.0.1", 8000)))
    assert "             user admin, with the password you chose (RESET_ADMIN=1 makes a new one)" in told
