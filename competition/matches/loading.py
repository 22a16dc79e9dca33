"""Reads a pool: its rows as the values that the rules are about."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.db.models import Q, QuerySet

from competition.matches.outcomes import Updated
from competition.matches.parties import Member, Party, party
from competition.matches.passes import Waiter
from competition.matches.queries import InvalidQuery, Query, read_query
from competition.models import Match, MatchPool, Participant, PendingMatch, WaitingPlayer

_COMMON = (
    "id",
    "player_id",
    "skill",
    "since_ms",
    "participant_data",
    "custom_query",
    "longitude",
    "latitude",
)
NOBODY = Query(lambda document: False)  # a query that this version cannot read any more

decode = msgspec.json.decode


@dataclass(slots=True)
class Loaded:
    """`kept` and `due` are what the rows say. `lost` are told of: members who are gone without a word, since
    they were deleted or banned; `lost_ids` are the requests of those whose rows are still there."""

    waiters: list[Waiter] = field(default_factory=list)
    kept: dict[str, tuple[str, ...]] = field(default_factory=dict)
    due: dict[str, int] = field(default_factory=dict)
    lost: list[Updated] = field(default_factory=list)
    lost_ids: list[str] = field(default_factory=list)

    @property
    def parties(self) -> dict[str, Party]:
        return {each.party.id: each.party for each in self.waiters}


class Reader:
    """Makes members of rows. Queries with one text are read once."""

    def __init__(self) -> None:
        self._queries: dict[str, Query] = {}

    def member(self, row: tuple[Any, ...], peer_id: int = 0) -> Member:
        """A row of `_COMMON`."""
        asked_id, player_id, skill, since_ms, data, query, longitude, latitude = row
        return Member(
            asked_id=asked_id,
            player_id=player_id,
            skill=skill,
            since_ms=since_ms,
            participant_data=decode(data) if data else None,
            query=self._query(query) if query else None,
            point=None if longitude is None else (longitude, latitude),
            peer_id=peer_id,
        )

    def _query(self, text: str) -> Query:
        if text not in self._queries:
            try:
                self._queries[text] = read_query(decode(text))
            except InvalidQuery:
                self._queries[text] = NOBODY
        return self._queries[text]


def load_waiting(pool: MatchPool, now_ms: int, ids: Iterable[str] | None = None) -> Loaded:
    """All pending matches of the pool, or those of these ids. Two statements, of which the first is that of
    pending matches: a request that is committed between them is met by the next pass. The other way round
    it would be a pending match whose player is gone."""
    pending = PendingMatch.objects.filter(pool=pool)
    waiting = WaitingPlayer.objects.filter(pool=pool)
    if ids is not None:
        pending, waiting = pending.filter(pk__in=ids), waiting.filter(pending__in=ids)
    loaded, reader = Loaded(), Reader()
    members: dict[str, dict[str, Member]] = defaultdict(dict)
    found = list(pending.values_list("id", "player_ids", "match_data", "due_ms"))
    for pending_id, banned, *row in waiting.values_list("pending_id", "player__banned", *_COMMON):
        if banned:
            loaded.lost_ids.append(row[0])
        else:
            members[pending_id][row[1]] = reader.member(tuple(row))
    for id, player_ids, data, due_ms in found:
        listed: list[str] = decode(player_ids)
        here = members[id]
        loaded.kept[id] = tuple(here[player_id].asked_id for player_id in listed if player_id in here)
        loaded.due[id] = due_ms
        _add(loaded, id, listed, here, decode(data) if data else None, due_ms, now_ms)
    return loaded


def _add(
    loaded: Loaded,
    id: str,
    listed: list[str],
    here: Mapping[str, Member],
    match_data: Mapping[str, Any] | None,
    due_ms: int,
    now_ms: int,
) -> None:
    """With whoever is listed and here; one who lost somebody is to search now (§8.2.4)."""
    rest = [here[player_id] for player_id in listed if player_id in here]
    if not rest:
        return
    one = party(id, rest, match_data)
    if len(rest) < len(listed):
        gone = tuple(player_id for player_id in listed if player_id not in here)
        loaded.lost.append(Updated(one, removed=gone))
        due_ms = min(due_ms, now_ms)
    loaded.waiters.append(Waiter(one, due_ms))


def load_open(pool: MatchPool, now_ms: int) -> list[Party]:
    """The pool's matches that take in more, the oldest first."""
    closed = Q(closes_ms__gt=0, closes_ms__lte=now_ms)
    rows = Match.objects.filter(pool=pool, is_open=True).exclude(closed).order_by("id")
    return load_matches(rows)


def load_matches(rows: "QuerySet[Match]") -> list[Party]:
    """Without those whose participants are all gone."""
    reader = Reader()
    members: dict[str, list[Member]] = defaultdict(list)
    found = list(rows)
    participants = Participant.objects.filter(match__in=[row.pk for row in found]).order_by("peer_id")
    for match_id, peer_id, *row in participants.values_list("match_id", "peer_id", *_COMMON):
        members[match_id].append(reader.member(tuple(row), peer_id))
    return [
        party(
            row.pk,
            members[row.pk],
            decode(row.match_data) if row.match_data else None,
            is_open=row.is_open,
            closes_ms=row.closes_ms,
        )
        for row in found
        if members[row.pk]
    ]
