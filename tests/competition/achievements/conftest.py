"""Fixtures of the tests about achievements: those about leaderboards, and achievements made in a line."""

from typing import Any

from tests.competition.events.conftest import configure, log
from tests.competition.leaderboards.conftest import boards, score

__all__ = ["boards", "configure", "log", "score"]


def trigger(data: str, op: str, value: Any = None) -> dict[str, Any]:
    return {"data": data, "op": op, "value": value}


def achievement(code: str = "ACH", *triggers: dict[str, Any], **more: Any) -> dict[str, Any]:
    """On the board HS, if it has triggers."""
    board = {"leaderboard": "HS", "triggers": list(triggers)} if triggers else {}
    return {"shortCode": code, "name": f"The {code}", **board, **more}
