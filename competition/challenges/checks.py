"""What the shape of `challenges` cannot say: which leaderboard and achievement go together (§5.1).

Nothing here is known to be well-formed: what has the wrong shape is passed over, since its fault is reported
already.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from games import references
from games.references import Document
from games.sections import Faults


def challenges(data: Any, faults: Faults, document: Document) -> None:
    references.challenges(data, faults, document)
    decided_by = {item.get("shortCode"): item.get("leaderboard") for item in _items(document, "achievements")}
    boards = [None, *(item.get("shortCode") for item in _items(document, "leaderboards"))]
    for index, item in enumerate(data if isinstance(data, list) else []):
        if isinstance(item, dict) and item.get("leaderboard") in boards:
            _achievement(item, decided_by, faults.at(index).at("achievement"))


def _achievement(item: Mapping[str, Any], decided_by: Mapping[Any, Any], faults: Faults) -> None:
    """Only one that is triggered by the challenge's own leaderboard, or where scripts decide, by scripts."""
    code, board = item.get("achievement"), item.get("leaderboard")
    if isinstance(code, str) and code in decided_by and decided_by[code] != board:
        faults.add(f'"{code}" is not triggered by the leaderboard of the challenge')


def _items(document: Document, section: str) -> Iterator[dict[str, Any]]:
    value = document.get(section)
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))
