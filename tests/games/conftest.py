"""Fixtures of this package's tests. Models are imported inside: this file loads before Django is set up."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from games.models import Game, User


@pytest.fixture(autouse=True)
def no_cached_configuration() -> Iterator[None]:
    """Stage ids come again after a rollback, so nothing of the last test may be cached under them."""
    from games.config_store import configs

    configs.clear()
    yield
    configs.clear()


@pytest.fixture
def owner(db: None) -> "User":
    from games.models import User

    return User.objects.create_user("olga")


@pytest.fixture
def game(owner: "User") -> "Game":
    from games.publishing import create_game

    return create_game("Duel of Dice", owner, "duel0000dice")
