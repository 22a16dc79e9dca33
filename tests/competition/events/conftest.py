"""Fixtures of the tests about events: a game with some, and what a player posts."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from competition.events.posting import Posted
    from games.models import Stage
    from players.models import Player

NOW_MS = 1_795_777_200_000  # 2026-11-27T11:00Z, a Friday

Configure = "Callable[..., Stage]"


@pytest.fixture
def configure(stage: "Stage") -> "Callable[..., Stage]":
    """`configure(events=[…], runningTotals=[…])` gives the stage's game these sections."""
    from games.config_store import configs
    from games.sections import all_sections

    def apply(**sections: Any) -> "Stage":
        by_name = {each.name: each for each in all_sections()}
        for name, data in sections.items():
            by_name[name].apply(stage.game, data, None)
        configs.clear()
        return stage

    return apply


@pytest.fixture
def log() -> "Callable[..., Posted]":
    """`log(ana, "SCORE", {"S": 1})`: the player posts these values at NOW_MS."""
    from django.db import transaction

    from competition.events.posting import post
    from competition.events.posts import Posting
    from protocol.run import Run

    def do(player: "Player", event: str, values: dict[str, Any], **more: Any) -> "Posted":
        posting = Posting(
            **{
                "stage_id": player.stage_id,
                "player_id": player.pk,
                "event_code": event,
                "values": values,
                "at_ms": NOW_MS,
                "run": Run(),
                "origin": {},
                **more,
            }
        )
        with transaction.atomic():
            return post(posting)

    return do
