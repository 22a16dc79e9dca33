"""No secret on any page, in any export or in the log: one of each kind is planted, and every page read."""

import logging
import time
from datetime import timedelta

import pyotp
import pytest
from django.contrib.auth.tokens import default_token_generator
from django.test import Client
from django.utils import timezone

from games import invitations
from games.accounts import access_tokens, second_factor
from games.models import Collaborator
from games.publishing import publish
from portal.web.urls import PAGES
from tests.portal.ops_world import World, make_world, secrets_of
from tests.portal.web.people import sign_in
from tests.portal.web.test_access import addresses

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]  # the same question to either database
NAME = "aurelia"


@pytest.fixture
def world(db: None) -> World:
    return make_world(NAME)


def plant(world: World) -> dict[str, str]:
    """By what it is."""
    user, viewer = world.user, Collaborator.Role.VIEWER
    secret = second_factor.new_secret()
    codes = second_factor.turn_on(user, secret, pyotp.TOTP(secret).at(time.time() - 30))
    assert codes is not None
    expires = timezone.now() + timedelta(days=1)
    _, invitation = invitations.invite(world.game, "new@example.org", viewer, "", user)
    planted = {
        "access token": access_tokens.create(user, world.game, "Copy", viewer, expires),
        "invitation": invitation,
        "second factor": secret,
        **{f"recovery code {number}": code for number, code in enumerate(codes)},
        "password's hash": user.password,
        "link for a new password": default_token_generator.make_token(user),
        **{f"credential {number}": each for number, each in enumerate(secrets_of(world.game))},
    }
    assert all(len(each) > 8 for each in planted.values())
    return planted


def test_no_page_export_or_log_line_has_a_secret(world: World, caplog: pytest.LogCaptureFixture) -> None:
    planted = plant(world)
    publish(world.game, world.user, "With everything")
    client = Client()
    sign_in(client, world.user)
    read = {}
    with caplog.at_level(logging.DEBUG):
        for page in PAGES:
            for url in addresses(page.route, world.game.api_key):
                for method in ("GET", "POST"):
                    if page.name != "sign-out":
                        answer = client.generic(method, url)
                        read[f"{method} {url}"] = answer.content.decode() + str(answer.headers)
        headers = {"Authorization": f"Bearer {planted['access token']}"}
        document = client.get(f"/api/v1/games/{world.game.api_key}/document", headers=headers)
        assert document.status_code == 200
        read["document"] = document.content.decode()
        client.get(f"/invite/{planted['invitation']}/")
        Client().post("/login/", {"name": world.user.username, "password": planted["second factor"]})
    read["log"] = "\n".join(f"{line.getMessage()} {line.args}" for line in caplog.records)
    assert len(read) > 80
    assert "Copy" in read["GET /account/tokens/"]
    shown = [(what, where) for where, text in read.items() for what, each in planted.items() if each in text]
    assert shown == []
