"""Fixtures of this package's tests. Models are imported inside: this file loads before Django is set up."""

from typing import TYPE_CHECKING

import pytest

from tests.game_fixtures import no_cached_configuration

if TYPE_CHECKING:
    from games.models import Game, User

__all__ = ["no_cached_configuration"]


@pytest.fixture
def owner(db: None) -> "User":
    from games.models import User

    return User.objects.create_user("olga")


@pytest.fixture
def game(owner: "User") -> "Game":
    from games.publishing import create_game

    return create_game("Duel of Dice", owner, "duel0000dice")
