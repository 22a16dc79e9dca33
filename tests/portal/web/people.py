"""A game with a user of each role on it, and a stranger."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import Client

from games.collaborators import set_role
from games.models import Collaborator, Game, User
from games.publishing import create_game
from players.models import Segment, SegmentQuery, SegmentValue
from portal.web.signed_in import noted

ROLES = ("owner", "admin", "editor", "viewer")


@dataclass(frozen=True)
class People:
    game: Game

    def user(self, name: str) -> User:
        return User.objects.get(username=f"{self.game.api_key}-{name}")

    def client(self, name: str) -> Client:
        """Signed in as that role, as `outsider`, or as nobody: `anonymous`."""
        client = Client(enforce_csrf_checks=False)
        if name != "anonymous":
            sign_in(client, self.user(name))
        return client


def post(people: People, url: str, data: Mapping[str, Any], status: int = 302, role: str = "admin") -> str:
    """The page that the answer is, or leads to."""
    client = people.client(role)
    answer = client.post(url, data)
    assert answer.status_code == status, answer.content.decode()
    if status == 302:
        return str(client.get(answer["Location"]).content.decode())
    return str(answer.content.decode())


def make_people(api_key: str) -> People:
    return add_people(create_game(f"Game {api_key}", None, api_key))


def add_people(game: Game) -> People:
    for name in (*ROLES, "outsider"):
        names = {"username": f"{game.api_key}-{name}", "email": f"{game.api_key}-{name}@example.org"}
        user = User.objects.create(**names, password=_right())
        if name in ROLES:
            set_role(game, user, Collaborator.Role(name), None)
    return People(game)


def add_query(game: Game, code: str) -> None:
    """A segment query: players whose COUNTRY is the code's first two letters."""
    segment, _ = Segment.objects.get_or_create(game=game, short_code="COUNTRY")
    SegmentValue.objects.get_or_create(segment=segment, short_code=code[:2])
    query = {"all": [{"segment": "COUNTRY", "is": code[:2]}]}
    SegmentQuery.objects.create(game=game, short_code=code, query=query)


@cache
def _right() -> str:
    """The password of all, hashed once: that takes as long as a test."""
    return make_password("right")


def sign_in(client: Client, user: User) -> None:
    """With the portal's session, as its page would, that is not to be written down again for a minute."""
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    noted(client.session.session_key or "")
    client.cookies[settings.PORTAL_SESSION_COOKIE] = client.cookies.pop(settings.SESSION_COOKIE_NAME).value
