"""A program with a token."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from games.accounts import access_tokens
from games.models import Collaborator
from tests.portal.web.people import People


@dataclass(frozen=True)
class Program:
    token: str

    def ask(self, method: str, path: str, document: Any = None) -> tuple[int, Any]:
        """The status and the JSON that came. Paths begin behind `/api/v1/games/`."""
        answer = Client().generic(
            method,
            f"/api/v1/games/{path}",
            "" if document is None else json.dumps(document),
            content_type="application/json",
            headers={"Authorization": f"Bearer {self.token}"},
        )
        if answer.content and answer.headers["Content-Type"] != "application/json; charset=utf-8":
            raise AssertionError((answer.status_code, answer.content[:2000]))
        return answer.status_code, json.loads(answer.content) if answer.content else None


def program(people: People, role: str = "owner") -> Program:
    """In the name of the game's user of that role."""
    user, expires = people.user(role), timezone.now() + timedelta(days=1)
    return Program(access_tokens.create(user, people.game, "Test", Collaborator.Role(role), expires))
