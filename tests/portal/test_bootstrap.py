"""`manage.py bootstrap`, and the change of password that follows it."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.test import AsyncClient, Client

from games.models import User

pytestmark = pytest.mark.django_db

OWN = "a password of olga's own"


def bootstrap(*arguments: str) -> str:
    out = io.StringIO()
    call_command("bootstrap", *arguments, stdout=out)
    return out.getvalue()


def test_bootstrap_prints_the_password_and_where_to_go(settings: object) -> None:
    settings.PUBLIC_URL = "https://flint.example.com/"  # type: ignore[attr-defined]
    made = json.loads(bootstrap("--user", "olga", "--json"))
    assert (made["userName"], made["url"]) == ("olga", "https://flint.example.com/ops/")
    first, password = bootstrap("--user", "olga").splitlines()
    assert first == (
        "olga signs in at https://flint.example.com/ops/ with this password, which is shown only here:"
    )
    assert User.objects.get().check_password(password)


def test_bootstrap_refuses_a_second_operator_and_bad_names() -> None:
    bootstrap("--user", "olga")
    with pytest.raises(CommandError) as refused:
        bootstrap("--user", "eve")
    assert str(refused.value) == (
        "olga is an operator already and can add others at /ops/. "
        "With --user olga that one gets a new password."
    )
    User.objects.all().delete()
    with pytest.raises(CommandError, match="--user: Enter a valid username"):
        bootstrap("--user", "two words")


def test_the_first_log_in_has_to_choose_a_password() -> None:
    password = json.loads(bootstrap("--user", "olga", "--json"))["password"]
    client = Client()
    signed_in = client.post("/ops/login/", {"username": "olga", "password": password}, follow=True)
    assert signed_in.redirect_chain[-1] == ("/ops/password_change/", 302)
    assert client.get("/ops/games/game/").headers["Location"] == "/ops/password_change/"
    change = {"old_password": password, "new_password1": OWN, "new_password2": OWN}
    changed = client.post("/ops/password_change/", change)
    assert changed.headers["Location"] == "/ops/password_change/done/"
    assert client.get("/ops/games/game/").status_code == 200


def test_signing_out_needs_no_new_password() -> None:
    password = json.loads(bootstrap("--user", "olga", "--json"))["password"]
    client = Client()
    client.login(username="olga", password=password)
    assert client.post("/ops/logout/").status_code == 200
    assert client.get("/ops/").headers["Location"].startswith("/ops/login/")


@pytest.mark.django_db(transaction=True)
async def test_the_server_asks_for_a_new_password_too(async_client: AsyncClient) -> None:
    user = await User.objects.acreate(username="olga", is_staff=True, temporary_password=True)
    await async_client.aforce_login(user)
    assert (await async_client.get("/ops/")).headers["Location"] == "/ops/password_change/"
    assert (await async_client.get("/elsewhere")).status_code == 404
