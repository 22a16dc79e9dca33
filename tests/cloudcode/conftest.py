"""Fixtures of this package's tests. Models are imported inside: this file loads before Django is set up."""

from typing import TYPE_CHECKING

import pytest

from tests.game_fixtures import add_player, no_cached_configuration

if TYPE_CHECKING:
    from games.models import Game, Stage

__all__ = ["add_player", "no_cached_configuration"]


@pytest.fixture
def game(db: None) -> "Game":
    from games.publishing import create_game

    return create_game("Duel of Dice", None, "duel0000dice")


@pytest.fixture
def stage(game: "Game") -> "Stage":
    return game.stage("preview")
