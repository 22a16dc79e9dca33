"""Who waits together: the pure values that the rules of §8.2 are about."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from competition.matches.queries import Query

Point = tuple[float, float]  # longitude and latitude, in degrees


@dataclass(frozen=True, slots=True)
class Member:
    """A player who asked. `asked_id` is the request's own id; `since_ms` is when it came.

    `peer_id` is the player's number in a match that was found, 0 before.
    """

    asked_id: str
    player_id: str
    skill: float
    since_ms: int
    participant_data: Mapping[str, Any] | None = None
    query: Query | None = None
    point: Point | None = None
    peer_id: int = 0


@dataclass(frozen=True, slots=True)
class Party:
    """A pending match; or, with `is_open`, a match that takes in more (§8.3). Made by `party`.

    `skill` is the members' mean, `clock_ms` when the one who waits longest asked (§8.2.2), `queries` are
    those that its members asked with. `closes_ms`: an open match takes in nobody from then on; 0: never.
    """

    id: str
    members: tuple[Member, ...]
    match_data: Mapping[str, Any] | None
    skill: float
    clock_ms: int
    queries: tuple[Query, ...]
    is_open: bool = False
    closes_ms: int = 0

    @property
    def size(self) -> int:
        return len(self.members)

    @property
    def player_ids(self) -> tuple[str, ...]:
        return tuple(member.player_id for member in self.members)

    @property
    def point(self) -> Point | None:
        """Where the first of them is of whom it is known."""
        return next((member.point for member in self.members if member.point), None)


def party(
    id: str,
    members: Iterable[Member],
    match_data: Mapping[str, Any] | None = None,
    is_open: bool = False,
    closes_ms: int = 0,
) -> Party:
    """One member at least."""
    together = tuple(members)
    return Party(
        id=id,
        members=together,
        match_data=match_data,
        skill=math.fsum(member.skill for member in together) / len(together),
        clock_ms=min(member.since_ms for member in together),
        queries=tuple(member.query for member in together if member.query is not None),
        is_open=is_open,
        closes_ms=closes_ms,
    )


def joined(kept: Party, other: Party) -> Party:
    """Two pending matches as one, which has the id of `kept`: members in the order in which they asked."""
    members = sorted((*kept.members, *other.members), key=by_age)
    return party(kept.id, members, merged_data(kept, other))


def without(whole: Party, player_ids: Iterable[str]) -> Party | None:
    """What is left when these have gone; None: nobody."""
    gone = set(player_ids)
    rest = [member for member in whole.members if member.player_id not in gone]
    return party(whole.id, rest, whole.match_data, whole.is_open, whole.closes_ms) if rest else None


def merged_data(one: Party, other: Party) -> Mapping[str, Any] | None:
    """[undecided → the keys of the older one win, merged shallowly (§8.2.9).]"""
    older, younger = sorted((one, other), key=seniority)
    if older.match_data is None or younger.match_data is None:
        return older.match_data if younger.match_data is None else younger.match_data
    return {**younger.match_data, **older.match_data}


def newcomers(one: Party, other: Party) -> tuple[Member, ...]:
    """Whom a join adds: the smaller side, of two alike the one that asked later (§8.2.7)."""
    older, younger = sorted((one, other), key=seniority)
    return older.members if older.size < younger.size else younger.members


def numbered(members: Iterable[Member], taken: Iterable[Member] = ()) -> tuple[Member, ...]:
    """With the lowest peer ids that are free [undecided → numbers of those who left are given again]."""
    used = {member.peer_id for member in taken}
    free = (number for number in range(1, 1_000_000) if number not in used)
    return tuple(replace(member, peer_id=number) for member, number in zip(members, free, strict=False))


def by_age(member: Member) -> tuple[int, str]:
    return member.since_ms, member.asked_id


def seniority(whole: Party) -> tuple[int, str]:
    return whole.clock_ms, whole.id
