"""Fixtures of this package's tests. Models are imported inside: this file loads before Django is set up."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from games.models import Stage
    from players.models import Player

TEAM_TYPES = [
    {"shortCode": "TEAM"},
    {"shortCode": "SQUAD", "maxMembers": 2},
    {"shortCode": "ONE", "maxMemberships": 1, "maxOwnerships": 1},
    {"shortCode": "OWN", "maxOwnerships": 1},
    {"shortCode": "SOCIAL", "social": True, "maxOwnerships": 1},
    {"shortCode": "CLAN", "social": True, "extendedSocial": True},
    {"shortCode": "HOME", "mandatory": True, "maxOwnerships": 1, "maxMembers": 3},
]


@pytest.fixture(autouse=True)
def no_cached_configuration() -> Iterator[None]:
    """Stage ids come again after a rollback, so nothing of the last test may be cached under them."""
    from games.config_store import configs

    configs.clear()
    yield
    configs.clear()


@pytest.fixture
def stage(db: None) -> "Stage":
    """The preview stage of a game with all kinds of team types."""
    from games.publishing import create_game
    from games.sections import all_sections

    game = create_game("Duel of Dice", None, "duel0000dice")
    section = next(each for each in all_sections() if each.name == "teams")
    section.apply(game, TEAM_TYPES, None)
    return game.stage("preview")


@pytest.fixture
def add_player(stage: "Stage") -> "Callable[..., Player]":
    """`add_player("ana")`: a player of the preview stage, called Ana."""
    from players.models import Player

    def add(user_name: str, **fields: Any) -> Player:
        fields = {"stage": stage, "display_name": user_name.title(), **fields}
        return Player.objects.create(user_name=user_name, **fields)

    return add
