"""What the players of a challenge scored on its own leaderboard (competition-rules.md §3.7, §5.8.1)."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from competition.challenges.holding import Held
from competition.leaderboards import instances, places, reading
from competition.leaderboards.documents import entry_document
from competition.models import BoardEntry


def ranking(held: Held) -> Sequence[Sequence[str]]:
    """Players, the best first, those whose sorted fields are equal together."""
    tied = groupby(_entries(held), key=lambda entry: places.key_of(entry.place))
    return [[entry.player_id or "" for entry in equal] for _, equal in tied]


def entries(held: Held) -> Mapping[str, Mapping[str, Any]]:
    """Each player's best entry as it travels, of those who have one."""
    best: dict[str, Mapping[str, Any]] = {}
    for entry in _entries(held):
        best.setdefault(entry.player_id or "", entry_document(entry))
    return best


def _entries(held: Held) -> list[BoardEntry]:
    """Of those who take part, the best first."""
    board = held.type.leaderboard
    instance = None if board is None else instances.find(held.row.stage_id, board, held.row.pk)
    return [] if instance is None else reading.entries_of_players(instance, held.order)
