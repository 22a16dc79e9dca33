"""Fixtures of this package's tests. Models are imported inside: this file loads before Django is set up."""

from typing import TYPE_CHECKING

import pytest

from tests.game_fixtures import add_player, ana, bo, no_cached_configuration

if TYPE_CHECKING:
    from games.models import Stage

__all__ = ["add_player", "ana", "bo", "no_cached_configuration"]

TEAM_TYPES = [
    {"shortCode": "TEAM"},
    {"shortCode": "SQUAD", "maxMembers": 2},
    {"shortCode": "ONE", "maxMemberships": 1, "maxOwnerships": 1},
    {"shortCode": "OWN", "maxOwnerships": 1},
    {"shortCode": "SOCIAL", "social": True, "maxOwnerships": 1},
    {"shortCode": "CLAN", "social": True, "extendedSocial": True},
    {"shortCode": "HOME", "mandatory": True, "maxOwnerships": 1, "maxMembers": 3},
]


@pytest.fixture
def stage(db: None) -> "Stage":
    """The preview stage of a game with all kinds of team types."""
    from games.publishing import create_game
    from games.sections import all_sections

    game = create_game("Duel of Dice", None, "duel0000dice")
    section = next(each for each in all_sections() if each.name == "teams")
    section.apply(game, TEAM_TYPES, None)
    return game.stage("preview")
