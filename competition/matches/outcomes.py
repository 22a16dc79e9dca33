"""What a pass brought about, in the order in which it happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from competition.matches.parties import Member, Party


@dataclass(frozen=True, slots=True)
class Updated:
    """A pending or an open match gained or lost players: all in `party` are told (§8.2.7)."""

    party: Party
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """`match` was made, or took in more; `newcomers` are told that they found it. They have peer ids."""

    match: Party
    newcomers: tuple[Member, ...]

    @property
    def is_new(self) -> bool:
        return len(self.newcomers) == self.match.size


@dataclass(frozen=True, slots=True)
class NotFound:
    """Their last periods have ended (§8.2.6)."""

    members: tuple[Member, ...]
    match_data: Mapping[str, Any] | None


Outcome = Updated | Found | NotFound
