"""Live stages without push credentials: said by `check` and by publishing."""

import io
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.test import Client

from games.models import Game, User
from games.publish_warnings import publish_warnings
from games.publishing import create_game
from games.stages import set_sandbox_push
from push.accounts import set_account
from push.models import Device
from tests.push.keys import p8_key, pem
from tests.push.recorder import make_device

pytestmark = pytest.mark.django_db

NOTHING = "The live stage has no push credentials: players who are away get no pushes."
NO_APNS = (
    "The live stage has no apns credentials: add a provider account. "
    "Until then its pushes end as push_failed:no_credentials."
)


@pytest.fixture
def owner() -> User:
    return User.objects.create_superuser("owner")


@pytest.fixture
def duel(owner: User) -> Game:
    return create_game("Duel of Dice", owner, "duel0000dice")


def apns() -> dict[str, Any]:
    names = {"keyId": "KEY1234567", "teamId": "TEAM123456", "topic": "com.example.dice"}
    return {"credentials": {"p8": pem(p8_key()), **names}}


def checked() -> list[tuple[str, str | None]]:
    return [(found.msg, found.hint) for found in run_checks() if found.id == "flint.W031"]


def test_check_names_devices_that_no_credentials_reach(duel: Game):
    live = duel.stage("live")
    assert checked() == []
    make_device(live)
    make_device(live, "android", "fcm-token")
    make_device(duel.stage("preview"), "kindle", "amzn1.adm-registration.v3.x")
    set_account(live, "fcm", {"sandbox": True})
    assert checked() == [
        (
            "duel0000dice: The live stage has no apns credentials: add a provider account. "
            "Pushes to its devices end as push_failed:no_credentials.",
            "Set the provider account: manage.py push_account, or the admin.",
        )
    ]
    set_account(live, "apns", apns())
    assert checked() == []


def test_check_says_nothing_of_devices_that_have_ended_and_of_stages_that_record(duel: Game):
    make_device(duel.stage("live"))
    Device.objects.update(disabled="Unregistered")
    assert checked() == []
    Device.objects.update(disabled="")
    assert len(checked()) == 1
    set_sandbox_push(duel.stage("live"), True, None)
    assert checked() == []


def test_check_says_that_credentials_cannot_be_read(duel: Game, settings: Any):
    make_device(duel.stage("live"))
    set_account(duel.stage("live"), "apns", apns())
    settings.CREDENTIAL_KEYS = ["w5hYhJdXJXkQ9CwKTxXv6wmeRAvOxhJE5vbDQEFUKTo="]
    [(sentence, _)] = checked()
    assert sentence.endswith("Pushes to its devices end as push_failed:credentials_unreadable.")


def test_publishing_names_what_preview_has_and_live_lacks(duel: Game):
    assert publish_warnings(duel) == [NOTHING]
    set_account(duel.stage("preview"), "apns", apns())
    make_device(duel.stage("preview"))
    assert publish_warnings(duel) == [NO_APNS]
    set_account(duel.stage("live"), "apns", apns())
    assert publish_warnings(duel) == []


def test_publishing_says_nothing_of_a_stage_that_records(duel: Game):
    set_sandbox_push(duel.stage("live"), True, None)
    assert publish_warnings(duel) == []


def test_publishing_costs_as_many_queries_for_one_provider_as_for_three(
    duel: Game, django_assert_num_queries: Any
):
    for providers in (["apns"], ["fcm", "adm"]):
        for provider in providers:
            set_account(duel.stage("preview"), provider, {"sandbox": True})
        duel = Game.objects.get(pk=duel.pk)
        with django_assert_num_queries(3):
            publish_warnings(duel)


def test_publishing_tells_of_the_others_where_one_account_cannot_be_read(duel: Game, settings: Any):
    set_account(duel.stage("live"), "apns", apns())
    for provider in ("apns", "fcm"):
        set_account(duel.stage("preview"), provider, {"sandbox": True})
    settings.CREDENTIAL_KEYS = ["w5hYhJdXJXkQ9CwKTxXv6wmeRAvOxhJE5vbDQEFUKTo="]
    unreadable, without = publish_warnings(duel)
    assert unreadable.endswith("Until then its pushes end as push_failed:credentials_unreadable.")
    assert without == NO_APNS.replace("apns", "fcm")


def test_commands_say_so_beside_what_they_did(duel: Game, tmp_path: Any):
    out, err = io.StringIO(), io.StringIO()
    call_command("publish_game", duel.api_key, stdout=out, stderr=err)
    assert out.getvalue().endswith(" is live.\n")
    assert err.getvalue() == f"{NOTHING}\n"
    document = tmp_path / "duel.json"
    call_command("export_game", duel.api_key, stdout=(exported := io.StringIO()))
    document.write_text(exported.getvalue())
    for more, said in (([], ""), (["--publish", "--dry-run"], ""), (["--publish"], f"{NOTHING}\n")):
        call_command("import_game", str(document), *more, stdout=out, stderr=(err := io.StringIO()))
        assert err.getvalue() == said


def test_operators_who_publish_are_told(duel: Game, owner: User, settings: Any):
    settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if "whitenoise" not in each]
    client = Client()
    client.force_login(owner)
    answer = client.post(f"/ops/games/game/{duel.pk}/publish/", {"post": "yes"}, follow=True)
    page = answer.content.decode()
    assert "Published: " in page
    assert NOTHING in page
