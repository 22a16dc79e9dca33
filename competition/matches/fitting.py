"""Whether two parties fit (competition-rules.md §8.2.2, §8.2.3)."""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

from competition.matches.parties import Party, Point
from competition.matches.queries import Query
from competition.matches.types import MatchType, Threshold

EARTH_KM = 6371.0


def place_of(type_: MatchType, one: Party, now_ms: int) -> int:
    """Of the threshold in force for it [undecided → an open match is in its last].

    A party that waits beyond its periods, since nobody has looked at it yet, is in the last one too.
    """
    last = len(type_.thresholds) - 1
    return last if one.is_open else min(type_.place_at(now_ms - one.clock_ms), last)


def threshold_of(type_: MatchType, one: Party, now_ms: int) -> Threshold:
    return type_.thresholds[place_of(type_, one, now_ms)]


def fit(type_: MatchType, one: Party, other: Party, now_ms: int) -> bool:
    """Each accepts the other by its own threshold and queries, and both together are not too many.

    Of thousands it is found out by the same steps (competition.matches.searching).
    """
    thresholds = threshold_of(type_, one, now_ms), threshold_of(type_, other, now_ms)
    return (
        has_room(type_, one.size, other.size)
        and not (one.is_open and other.is_open)
        and skills_fit(one, other, *thresholds)
        and queries_fit(one, other, partial(accepts_as_document, type_.code))
    )


def has_room(type_: MatchType, size: int, other_size: int) -> bool:
    return size + other_size <= type_.most


def skills_fit(one: Party, other: Party, own: Threshold, theirs: Threshold) -> bool:
    """Each is within the other's window (§8.2.2)."""
    return accepts(own, one.skill, other.skill) and accepts(theirs, other.skill, one.skill)


def queries_fit(one: Party, other: Party, accepts_party: Callable[[Query, Party], bool]) -> bool:
    """All queries of each accept the other (§8.2.9). `accepts_party` may remember its answers."""
    return all(accepts_party(query, other) for query in one.queries) and all(
        accepts_party(query, one) for query in other.queries
    )


def accepts(threshold: Threshold, own: float, skill: float) -> bool:
    low, high = threshold.window(own)
    return low <= skill <= high


def accepts_as_document(code: str, query: Query, one: Party) -> bool:
    return query.accepts(query_document(code, one))


def query_document(code: str, one: Party) -> dict[str, Any]:
    """What a custom query asks about: the PendingMatch of types.json. [undecided → its players are found as
    `players` and as `matchedPlayers`.]"""
    players = [member_document(member) for member in one.members]
    document = {"id": one.id, "matchShortCode": code, "skill": one.skill}
    if one.match_data is not None:
        document["matchData"] = one.match_data
    return {**document, "players": players, "matchedPlayers": players}


def member_document(member: Any) -> dict[str, Any]:
    """The MatchedPlayer of types.json."""
    document: dict[str, Any] = {}
    if member.point is not None:
        document["location"] = {"type": "Point", "coordinates": list(member.point)}
    if member.participant_data is not None:
        document["participantData"] = member.participant_data
    return {**document, "playerId": member.player_id, "skill": plain(member.skill)}


def plain(number: float) -> float:
    """17, not 17.0."""
    return int(number) if float(number).is_integer() else number


def distance_km(one: Point, other: Point) -> float:
    """Along the surface of the earth."""
    (west, south), (east, north) = [[math.radians(angle) for angle in point] for point in (one, other)]
    across = math.sin((east - west) / 2) ** 2 * math.cos(south) * math.cos(north)
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(math.sin((north - south) / 2) ** 2 + across)))
