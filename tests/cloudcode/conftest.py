"""Fixtures of this package's tests. Models are imported inside: this file loads before Django is set up."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import pytest

from tests.game_fixtures import add_player, no_cached_configuration

if TYPE_CHECKING:
    from cloudcode.sandbox.running import Outcome
    from games.models import Game, Stage

__all__ = ["add_player", "no_cached_configuration"]

Ended = Callable[..., Awaitable["Outcome"]]


@pytest.fixture
def game(db: None) -> "Game":
    from games.publishing import create_game

    return create_game("Duel of Dice", None, "duel0000dice")


@pytest.fixture
def stage(game: "Game") -> "Stage":
    return game.stage("preview")


@pytest.fixture
def ended(stage: "Stage") -> Ended:
    """`await ended("…", seconds=1)`: how the script ends; with `on=` for another stage."""

    async def run(text: str, on: "Stage | None" = None, seconds: float = 10) -> "Outcome":
        from cloudcode.budget import Budget
        from cloudcode.host import Caller, Kept, run_script
        from cloudcode.sandbox.running import Script
        from cloudcode.sandbox.sources import source_of
        from games.config_store import configs
        from protocol.run import Run
        from realtime import database

        source = source_of(text)
        assert source is not None
        config = await database.run(configs.current, (on or stage).pk)
        caller = Caller(config, Run(), Budget.of_seconds(seconds))
        return await run_script(Script("event/TRY", source), caller, {}, Kept())

    return run
