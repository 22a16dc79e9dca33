"""Fixtures of the tests about leaderboards: those about events, and boards made in a line."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.competition.events.conftest import NOW_MS, configure, log

if TYPE_CHECKING:
    from competition.events.posting import Posted
    from games.models import Stage
    from players.models import Player

__all__ = ["configure", "log"]

SCORE = {
    "shortCode": "SCORE",
    "attributes": [
        {"shortCode": "S", "type": "number", "aggregation": "max"},
        {"shortCode": "LEFT", "type": "number", "aggregation": "min", "default": 0},
        {"shortCode": "NOTE", "type": "string", "aggregation": "supplemental", "default": "-"},
    ],
}
BY_COUNTRY = {
    "shortCode": "HSWC",
    "attributes": [
        {"shortCode": "SCORE", "type": "number", "aggregation": "max"},
        {"shortCode": "COUNTRY", "type": "string", "aggregation": "grouped"},
    ],
}


def field(collector: str = "S", sort: str = "none", **more: Any) -> dict[str, Any]:
    return {"runningTotal": "SCORE", "collector": collector, "sort": sort, **more}


def board(*fields: dict[str, Any], code: str = "HS", **more: Any) -> dict[str, Any]:
    """Of the highest S, unless fields are given."""
    fields = fields or (field(sort="desc"),)
    return {"shortCode": code, "name": f"The board {code}", "fields": list(fields), **more}


def country(collector: str = "SCORE", **more: Any) -> dict[str, Any]:
    return {**field(collector, **more), "runningTotal": "HSWC"}


@pytest.fixture
def boards(configure: "Callable[..., Stage]") -> "Callable[..., Stage]":
    """`boards(board(…), …)`: the stage's game has these, on the events SCORE and HSWC."""

    def configured(*items: dict[str, Any], **sections: Any) -> "Stage":
        return configure(**{"events": [SCORE, BY_COUNTRY], **sections, "leaderboards": list(items)})

    return configured


@pytest.fixture
def score(log: "Callable[..., Posted]") -> "Callable[..., Posted]":
    """`score(ana, 10, after=1)`: posts S, so many milliseconds after NOW_MS."""

    def post(player: "Player", value: Any, after: int = 0, **more: Any) -> "Posted":
        values = {"S": value, "LEFT": more.pop("LEFT", 0), "NOTE": more.pop("NOTE", "-")}
        return log(player, "SCORE", values, at_ms=NOW_MS + after, **more)

    return post
