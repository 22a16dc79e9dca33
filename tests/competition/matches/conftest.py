"""A stage with match types, and players who ask on it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from games.models import Stage

STEPS = [
    {"period": 10, "type": "relative", "min": 1, "max": 1},
    {"period": 20, "type": "relative", "min": 3, "max": 3},
]
MATCH_TYPES: list[dict[str, Any]] = [
    {"shortCode": "PAIR", "minPlayers": 2, "maxPlayers": 2, "thresholds": STEPS},
    {"shortCode": "FOUR", "minPlayers": 2, "maxPlayers": 4, "thresholds": STEPS},
    {
        "shortCode": "OPEN",
        "minPlayers": 2,
        "maxPlayers": 4,
        "dropInDropOut": True,
        "thresholds": [{**STEPS[1], "acceptMinPlayers": True}],
    },
]

Configure = Callable[[list[dict[str, Any]]], None]


@pytest.fixture
def configure(stage: "Stage") -> Configure:
    """Give the game these match types."""
    from games.config_store import configs
    from games.sections import all_sections

    section = next(each for each in all_sections() if each.name == "matches")

    def apply(types: list[dict[str, Any]]) -> None:
        section.apply(stage.game, types, None)
        configs.clear()

    return apply


@pytest.fixture
def match_types(configure: Configure) -> None:
    configure(MATCH_TYPES)
