"""Whether two parties fit (competition-rules.md §8.2.2, §8.2.3)."""

import math
from typing import Any

from competition.matches.parties import Party, Point
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
    """Each accepts the other by its own threshold and queries, and both together are not too many."""
    return (
        one.size + other.size <= type_.most
        and not (one.is_open and other.is_open)
        and accepts(threshold_of(type_, one, now_ms), one.skill, other.skill)
        and accepts(threshold_of(type_, other, now_ms), other.skill, one.skill)
        and queries_accept(type_, one, other)
        and queries_accept(type_, other, one)
    )


def accepts(threshold: Threshold, own: float, skill: float) -> bool:
    low, high = threshold.window(own)
    return low <= skill <= high


def queries_accept(type_: MatchType, one: Party, other: Party) -> bool:
    """All queries of `one` accept the other as a document (§8.2.9)."""
    if not one.queries:
        return True
    document = query_document(type_.code, other)
    return all(query.accepts(document) for query in one.queries)


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
