"""What the shape of `challenges` cannot say: which leaderboards and achievements can decide one (§5.1).

Nothing here is known to be well-formed: what has the wrong shape is passed over, since its fault is reported
already.
"""

from collections.abc import Mapping
from typing import Any

from games import references
from games.references import Document, by_code, items_of
from games.sections import Faults


def challenges(data: Any, faults: Faults, document: Document) -> None:
    references.challenges(data, faults, document)
    achievements, boards = by_code(document, "achievements"), by_code(document, "leaderboards")
    for index, item in items_of(data):
        here, board = faults.at(index), item.get("leaderboard")
        if isinstance(board, str) and board in boards:
            _leaderboard(boards[board], here.at("leaderboard"))
        if board is None or (isinstance(board, str) and board in boards):
            _achievement(item, achievements, here.at("achievement"))


def _leaderboard(board: Mapping[str, Any], faults: Faults) -> None:
    """One list whose entries are players': on any other nobody in the challenge is ever best (§5.8.1)."""
    if board.get("teamType") is not None:
        faults.add("a leaderboard of teams cannot decide a challenge")
    if any(field.get("group") == "partition" for _, field in items_of(board.get("fields"))):
        faults.add("a leaderboard with partitions cannot decide a challenge")


def _achievement(
    item: Mapping[str, Any], achievements: Mapping[str, Mapping[str, Any]], faults: Faults
) -> None:
    """Only one that is triggered by the challenge's own leaderboard, or where scripts decide, by scripts."""
    code = item.get("achievement")
    known = achievements.get(code) if isinstance(code, str) else None
    if known is not None and known.get("leaderboard") != item.get("leaderboard"):
        faults.add(f'"{code}" is not triggered by the leaderboard of the challenge')
