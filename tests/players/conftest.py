"""Fixtures of this package's tests. Models are imported inside: this file loads before Django is set up."""

import asyncio
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from games.models import Game, Stage
    from players.models import Player
    from protocol.session import Session


@pytest.fixture(autouse=True)
def no_cached_configuration() -> Iterator[None]:
    """Stage ids come again after a rollback, so nothing of the last test may be cached under them."""
    from games.config_store import configs

    configs.clear()
    yield
    configs.clear()


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
def add_player(stage: "Stage") -> "Callable[..., Player]":
    """`add_player("ana", segments={…})`: a player of the preview stage, named by their user name."""
    from players.models import Player

    def add(user_name: str, **fields: Any) -> Player:
        fields = {"stage": stage, "display_name": user_name.title(), **fields}
        return Player.objects.create(user_name=user_name, **fields)

    return add


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
