"""Posts in a challenge with a wager, and posts whose achievements go to a whole team: both hold wallets."""

from functools import partial
from typing import Any

import pytest

from competition import teams
from competition.team_types import TeamType
from games.config_store import configs
from games.sections import all_sections
from tests.competition.at_once import at_once
from tests.competition.challenges.table import Table

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

BY_TEAM = {
    "shortCode": "BY_TEAM",
    "event": "SCORE",
    "teamType": "TEAM",
    "collectors": [{"attribute": "S", "calculation": "sum"}],
}
SECTIONS: dict[str, Any] = {
    "teams": [{"shortCode": "TEAM"}],
    "runningTotals": [BY_TEAM],
    "leaderboards": [
        {"shortCode": "HIGHEST", "fields": [{"runningTotal": "SCORE", "collector": "S", "sort": "desc"}]},
        {
            "shortCode": "TEAMS",
            "teamType": "TEAM",
            "fields": [{"runningTotal": "BY_TEAM", "collector": "S", "calculation": "sum", "sort": "desc"}],
        },
    ],
    "achievements": [
        {
            "shortCode": "AGAIN",
            "repeatable": True,
            "currencyAwards": [1, 0, 0, 0, 0, 0],
            "leaderboard": "TEAMS",
            "triggers": [{"data": "BY_TEAM.SUM-S", "op": "gt", "value": 0}],
        }
    ],
    "challenges": [{"shortCode": "SCORES", "leaderboard": "HIGHEST"}],
}
CHALLENGING = ("Ana", "Bo", "Cy")
ONLOOKERS = ("Di", "Ed")


@pytest.fixture(autouse=True)
def seated(table: Table) -> None:
    """All are in one team, and three of them have a wager."""
    for section in all_sections():
        if section.name in SECTIONS:
            section.apply(table.stage.game, SECTIONS[section.name], None)
    configs.clear()
    table.sit(*CHALLENGING, *ONLOOKERS)
    team = teams.make(TeamType("TEAM"), table.players["Ana"], "A team", "gs")
    for name in (*CHALLENGING[1:], *ONLOOKERS):
        team.members.create(player=table.players[name])
    for name in CHALLENGING:
        table.give(name, {1: 10})
    table.create("Ana", "SCORES", accessType="PUBLIC", minPlayers=3, currency1Wager=10)
    for name in CHALLENGING[1:]:
        table.join(name)


def test_a_wager_and_a_team_s_achievement_never_wait_for_each_other(table: Table) -> None:
    table.play("Ana", "SCORE", S=1)
    in_challenge = [partial(table.log, name, "SCORE", S=1) for name in CHALLENGING]
    ordinary = [partial(table.play, name, "SCORE", S=1) for name in (*CHALLENGING, *ONLOOKERS)]
    calls = (in_challenge + ordinary) * 5
    assert at_once(*calls) == [None] * len(calls)
    assert [table.purse(name) for name in CHALLENGING] == [(26, 10)] * 3
