"""Fixtures of this package's tests. Models are imported inside: this file loads before Django is set up."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.game_fixtures import no_cached_configuration

if TYPE_CHECKING:
    from games.models import Game, Stage, User
    from players.models import Player

__all__ = ["no_cached_configuration"]


@pytest.fixture
def owner(db: None) -> "User":
    from games.models import User

    return User.objects.create_user("olga")


@pytest.fixture
def make_game(db: None) -> "Callable[..., Game]":
    """`make_game("duel0000dice")`: a game with both stages and the system credentials."""
    from games.publishing import create_game

    def make(api_key: str = "duel0000dice") -> "Game":
        return create_game("Duel of Dice", None, api_key)

    return make


@pytest.fixture
def game(make_game: "Callable[..., Game]") -> "Game":
    return make_game()


@pytest.fixture
def stage(game: "Game") -> "Stage":
    return game.stage("preview")


@pytest.fixture
def add_player(stage: "Stage") -> "Callable[..., Player]":
    """`add_player("ana", segments={…})`: a player of the preview stage, named by their user name."""
    from players.models import Player

    def add(user_name: str, **fields: Any) -> Player:
        return Player.objects.create(
            **{"stage": stage, "display_name": user_name.title(), **fields, "user_name": user_name}
        )

    return add
