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
    {"shortCode": "SCORES", "turnConsumers": ["SCORE"], "leaderboard": "HIGHEST"},
    {"shortCode": "TIMES", "turnConsumers": ["TIME"], "leaderboard": "FASTEST"},
    {"shortCode": "FIRST", "leaderboard": "HIGHEST", "achievement": "MIDDLE"},
    {"shortCode": "GLOBAL", "leaderboard": "HIGHEST", "global": True},
]
EVENTS = [
    {"shortCode": "MOVE"},
    {"shortCode": "TALK"},
    {"shortCode": "SCORE", "attributes": [{"shortCode": "S", "type": "number", "aggregation": "max"}]},
    {"shortCode": "TIME", "attributes": [{"shortCode": "T", "type": "number", "aggregation": "min"}]},
]
ACHIEVEMENTS = [
    {
        "shortCode": "MIDDLE",
        "leaderboard": "HIGHEST",
        "currencyAwards": [5, 0, 0, 0, 0, 0],
        "triggers": [
            {"data": "SCORE.S", "op": "gt", "value": 500},
            {"data": "SCORE.S", "op": "lt", "value": 600},
        ],
    }
]
BOARDS = [
    {
        "shortCode": "HIGHEST",
        "name": "Highest",
        "highScoreNotifications": True,
        "fields": [{"runningTotal": "SCORE", "collector": "S", "sort": "desc"}],
    },
    {"shortCode": "FASTEST", "fields": [{"runningTotal": "TIME", "collector": "T", "sort": "asc"}]},
]


@pytest.fixture
def stage(db: None) -> "Stage":
    from games.publishing import create_game
    from games.sections import all_sections

    game = create_game("Duel of Dice", None, "duel0000dice")
    sections = {each.name: each for each in all_sections()}
    sections["events"].apply(game, EVENTS, None)
    sections["leaderboards"].apply(game, BOARDS, None)
    sections["achievements"].apply(game, ACHIEVEMENTS, None)
    sections["challenges"].apply(game, TYPES, None)
    return game.stage("preview")


@pytest.fixture
def table(stage: "Stage", add_player: Callable[..., object], monkeypatch: pytest.MonkeyPatch) -> "Table":
    from tests.competition.challenges.table import Table

    return Table(stage, add_player).stop_clock(monkeypatch)
