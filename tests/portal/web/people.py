"""A game with a user of each role on it, and a stranger."""

from dataclasses import dataclass

from django.test import Client

from games.collaborators import set_role
from games.models import Collaborator, Game, User
from games.publishing import create_game

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


def make_people(api_key: str) -> People:
    game = create_game(f"Game {api_key}", None, api_key)
    for name in (*ROLES, "outsider"):
        user = User.objects.create_user(f"{api_key}-{name}", f"{api_key}-{name}@example.org", "right")
        if name in ROLES:
            set_role(game, user, Collaborator.Role(name), None)
    return People(game)


def sign_in(client: Client, user: User) -> None:
    """By the page, so that the session is the portal's."""
    answer = client.post("/login/", {"name": user.get_username(), "password": "right"})
    assert answer.status_code == 302, answer.content
