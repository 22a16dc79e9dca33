"""What the players of a challenge scored on its own leaderboard (competition-rules.md §3.7)."""

from collections.abc import Mapping, Sequence
from typing import Any

from competition.challenges.holding import Held


def ranking(held: Held) -> Sequence[Sequence[str]]:
    """Players, the best first, those whose sorted fields are equal together."""
    return ()


def entries(held: Held) -> Mapping[str, Mapping[str, Any]]:
    """Each player's entry as it travels; of those who have one."""
    return {}
