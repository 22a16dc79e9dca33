"""The game of these faults. Every build and every reset has a leaderboard of its own."""

import json
from pathlib import Path
from typing import Any

from tests.wire_games import WireGame

AS_MANY = 60  # leaderboards of each kind: a round's each
PURSE, STAKE = 100_000, 10
CREDENTIALS = [{"shortCode": "device", "name": "Device", "secret": "device-secret"}]


def write(folder: Path) -> WireGame:
    file = folder / "rivals.json"
    file.write_text(json.dumps(_document()))
    return WireGame.read(file)


def _document() -> dict[str, Any]:
    builds, resets = ([f"{name}_{number}" for number in range(AS_MANY)] for name in ("BUILT", "EMPTIED"))
    return {
        "format": "flint.game/1",
        "name": "Rivals",
        "apiKey": "rivals000001",
        "credentials": CREDENTIALS,
        "currencies": [{"number": 1, "shortCode": "GOLD", "name": "Gold", "signupBonus": PURSE}],
        "events": [_event(code) for code in ("DUEL", "BUILT", *resets)],
        "leaderboards": [
            _board("DUEL", "DUEL"),
            *(_board(code, "BUILT", updateFrequency="daily") for code in builds),
            *(_board(code, code, resetFrequency="daily") for code in resets),
        ],
        "achievements": [_first_of(code) for code in builds],
        "challenges": [
            {"shortCode": "DUEL", "name": "Duel", "turnConsumers": ["DUEL"], "leaderboard": "DUEL"}
        ],
        "matches": [_pair()],
    }


def _event(code: str) -> dict[str, Any]:
    score = {"shortCode": "SCORE", "type": "number", "aggregation": "max"}
    return {"shortCode": code, "attributes": [score]}


def _board(code: str, total: str, **more: str) -> dict[str, Any]:
    score = {"runningTotal": total, "collector": "SCORE", "sort": "desc"}
    return {"shortCode": code, "name": code, "fields": [score], **more}


def _first_of(board: str) -> dict[str, Any]:
    first = {"data": "globalRank", "op": "lte", "value": 2}
    return {"shortCode": f"TOP_{board}", "name": "Among two", "leaderboard": board, "triggers": [first]}


def _pair() -> dict[str, Any]:
    """Skills 10 apart fit after a second: never when they ask, always in a pass."""
    near = {"period": 1, "type": "relative", "min": 1, "max": 1}
    far = {"period": 60, "type": "relative", "min": 50, "max": 50}
    return {"shortCode": "PAIR", "minPlayers": 2, "maxPlayers": 2, "thresholds": [near, far]}
