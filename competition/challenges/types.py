"""A game's challenge types, ready to use: the section `challenges` of its configuration (§5.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from games.config_store import configs


@dataclass(frozen=True, slots=True)
class ChallengeType:
    """`consumers` are the events that take a turn or an attempt. Without a `leaderboard` only scripts and
    time decide. `is_global`: ordinary events of its players count too. `achievement`: who earns it first
    wins.
    """

    code: str
    name: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    turn_based: bool = False
    consumers: frozenset[str] = frozenset()
    leaderboard: str | None = None
    is_global: bool = False
    achievement: str | None = None


def read_type(item: Mapping[str, Any]) -> ChallengeType:
    return ChallengeType(
        code=item["shortCode"],
        name=item["name"],
        description=item["description"],
        tags=tuple(item["tags"]),
        turn_based=item["turnBased"],
        consumers=frozenset(item["turnConsumers"]),
        leaderboard=item["leaderboard"],
        is_global=item["global"],
        achievement=item["achievement"],
    )


def challenge_types(stage_id: int) -> Mapping[str, ChallengeType]:
    """In the order of the configuration."""
    types: Mapping[str, ChallengeType] = configs.current(stage_id).sections["challenges"]
    return types


def type_of(stage_id: int, code: str) -> ChallengeType:
    """Of a challenge that exists. Where the type is gone from the configuration, one that only time ends."""
    return challenge_types(stage_id).get(code) or ChallengeType(code)
