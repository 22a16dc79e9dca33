"""Match types as the section `matches` compiles them, and its faults."""

from typing import Any

import pytest

from competition.matches.types import MatchType, Threshold, match_type, period_ends
from games.models import Stage
from games.sections import Faults, all_sections
from tests.competition.matches.conftest import Configure


@pytest.mark.parametrize(
    ("periods", "ends"),
    [
        ([10, 20, 30], [10_000, 20_000, 30_000]),
        ([0.5, 2.25], [500, 2250]),
        ([10, 10, 10], [10_000, 20_000, 30_000]),
        ([30, 20, 10], [30_000, 50_000, 60_000]),
        ([10, 20, 20], [10_000, 30_000, 50_000]),
        ([40], [40_000]),
    ],
)
def test_rising_periods_are_ends_and_others_durations(periods: list[float], ends: list[int]) -> None:
    assert period_ends(periods) == ends


def test_a_type_is_compiled_with_all_that_it_has(stage: Stage, configure: Configure) -> None:
    steps = [
        {"period": 10, "type": "absolute", "min": 19, "max": 21},
        {"period": 20, "type": "percent", "min": 25, "max": 50, "acceptMinPlayers": True},
    ]
    full = {
        "shortCode": "FULL",
        "minPlayers": 2,
        "maxPlayers": 4,
        "dropInDropOut": True,
        "disconnectDelay": 15,
        "expireSeconds": 300,
        "manual": True,
        "realtime": True,
        "thresholds": steps,
    }
    configure([full, {"shortCode": "NONE", "minPlayers": 2, "maxPlayers": 2}])
    assert match_type(stage.pk, "FULL") == MatchType(
        code="FULL",
        least=2,
        most=4,
        thresholds=(Threshold(10_000, "absolute", 19, 21), Threshold(20_000, "percent", 25, 50)),
        accept_from=1,
        drop_in=True,
        disconnect_delay_ms=15_000,
        expire_ms=300_000,
        manual=True,
        realtime=True,
    )
    assert match_type(stage.pk, "NONE") is None


@pytest.mark.parametrize(
    ("kind", "skill", "window"),
    [
        ("absolute", 100, (10, 20)),
        ("relative", 100, (90, 120)),
        ("percent", 100, (90, 120)),
        ("percent", -100, (-110, -80)),
        ("percent", 0, (0, 0)),
    ],
)
def test_a_window_of_skills(kind: str, skill: float, window: tuple[float, float]) -> None:
    assert Threshold(1, kind, 10, 20).window(skill) == window


def faults_of(**fields: Any) -> list[str]:
    item = {"shortCode": "M", "minPlayers": 2, "maxPlayers": 4, **fields}
    faults = Faults()
    section = next(each for each in all_sections() if each.name == "matches")
    section.validate([item], faults, {"matches": [item]})
    return faults.found


def test_faults_are_named_by_their_paths() -> None:
    accepting = {"period": 10, "type": "relative", "min": 1, "max": 1, "acceptMinPlayers": True}
    backwards = {"period": 20, "type": "absolute", "min": 3, "max": 1}
    assert faults_of(maxPlayers=1, thresholds=[accepting, backwards, accepting, {"period": -1}]) == [
        "matches[0].maxPlayers: must be at least 2",
        "matches[0].thresholds[3].period: must be at least 0",
        "matches[0].thresholds[3].type: required",
        "matches[0].thresholds[3].min: required",
        "matches[0].thresholds[3].max: required",
        "matches[0].maxPlayers: less than minPlayers",
        "matches[0].thresholds[1].max: less than min",
        "matches[0].thresholds[2].acceptMinPlayers: only one threshold may accept the minimum of players",
    ]
