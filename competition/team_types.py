"""A game's team types, ready to use: the section `teams` of its configuration."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from games.config_store import configs


@dataclass(frozen=True, slots=True)
class TeamType:
    """Limits of 0 are none (§6.1). `social`: members are friends of the owner; `extended_social`: of all.

    `mandatory`: every player owns exactly one, which is there whenever somebody asks for it (§6.5).
    """

    code: str
    social: bool = False
    extended_social: bool = False
    most_members: int = 0
    most_memberships: int = 0
    most_ownerships: int = 0
    mandatory: bool = False

    @property
    def single(self) -> bool:
        """Whether an owner and this type name at most one team."""
        return self.mandatory or self.most_ownerships == 1


def read_type(item: Mapping[str, Any]) -> TeamType:
    return TeamType(
        code=item["shortCode"],
        social=item["social"],
        extended_social=item["extendedSocial"],
        most_members=item["maxMembers"],
        most_memberships=item["maxMemberships"],
        most_ownerships=item["maxOwnerships"],
        mandatory=item["mandatory"],
    )


def team_types(stage_id: int) -> Mapping[str, TeamType]:
    """By short code."""
    types: Mapping[str, TeamType] = configs.current(stage_id).sections["teams"]
    return types


def team_type(stage_id: int, code: str) -> TeamType | None:
    """None for a type that is not configured (any more): its teams stay, without limits or friends."""
    return team_types(stage_id).get(code)
