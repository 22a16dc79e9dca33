"""A stage with challenge types, and a table at which players challenge each other while a test moves time."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from games.models import Stage
    from tests.competition.challenges.table import Table

TYPES = [
    {"shortCode": "PLAIN", "name": "Plain challenge"},
    {"shortCode": "TURNS", "name": "In turns", "turnBased": True, "turnConsumers": ["MOVE"]},
    {"shortCode": "TRIES", "name": "By attempts", "turnConsumers": ["MOVE"]},
]
EVENTS = [{"shortCode": "MOVE"}, {"shortCode": "TALK"}]


@pytest.fixture
def stage(db: None) -> "Stage":
    from games.publishing import create_game
    from games.sections import all_sections

    game = create_game("Duel of Dice", None, "duel0000dice")
    sections = {each.name: each for each in all_sections()}
    sections["events"].apply(game, EVENTS, None)
    sections["challenges"].apply(game, TYPES, None)
    return game.stage("preview")


@pytest.fixture
def table(stage: "Stage", add_player: Callable[..., object]) -> "Table":
    from tests.competition.challenges.table import Table

    return Table(stage, add_player)
