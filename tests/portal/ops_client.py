"""Fixtures of tests that look at one game's pages: `world`, and `client`, signed in as its owner.

A test module takes them by name, with an `__all__` that says so. One that has a world of its own defines
`world` and takes `client` alone.
"""

import pytest
from django.test import Client

from games.models import User
from tests.portal.ops_world import World, make_world


@pytest.fixture
def world(db: None) -> World:
    return make_world("aurelia")


@pytest.fixture
def client(world: World) -> Client:
    return client_of(world.user)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def competition_page(client: Client, path: str) -> str:
    """The text of a page at `path` below those of the competition package."""
    answer = client.get(f"/ops/competition/{path}")
    assert answer.status_code == 200
    return answer.content.decode()
