"""Fixtures of this package's tests. Models are imported inside: this file loads before Django is set up."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.game_fixtures import add_player, ana, bo, no_cached_configuration

if TYPE_CHECKING:
    from games.models import Game, Stage
    from protocol.session import Session

__all__ = ["add_player", "ana", "bo", "no_cached_configuration"]


@pytest.fixture
def game(db: None) -> "Game":
    from games.publishing import create_game

    return create_game("Duel of Dice", None, "duel0000dice")


@pytest.fixture
def stage(game: "Game") -> "Stage":
    return game.stage("preview")


@pytest.fixture
def live(game: "Game") -> "Stage":
    return game.stage("live")


@pytest.fixture
def country(game: "Game") -> None:
    """A segment COUNTRY with the values FR and DE."""
    from players.segment_settings import save_segment

    named = {"name": "", "description": ""}
    save_segment(game, "COUNTRY", None, values={"FR": named, "DE": named})


@pytest.fixture
def session(stage: "Stage") -> "Callable[..., Session]":
    """A socket's session on the preview stage, nobody logged in."""
    from protocol.session import Rights, Session

    def make(**fields: Any) -> Session:
        of_stage = {
            "api_key": "duel0000dice",
            "game_id": stage.game_id,
            "stage_id": stage.pk,
            "stage": "preview",
        }
        return Session(**{**of_stage, "rights": Rights("device"), "device_id": "device-1", **fields})

    return make


@pytest.fixture
def server_session(session: "Callable[..., Session]") -> "Callable[..., Session]":
    from protocol.session import Rights

    return lambda **fields: session(rights=Rights("server", player=False), device_id="", **fields)


@pytest.fixture
async def ask(transactional_db: None) -> "Any":
    """`await ask(session, "AuthenticationRequest", userName=…)`: the decoded response."""
    from realtime import database
    from tests.players.asking import ask as ask_

    yield ask_
    await asyncio.to_thread(database.shutdown)
