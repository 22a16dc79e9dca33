"""Writes what a pass, or a join, brought about: a few statements, however many players it concerns."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from django.db import connection

from competition.matches.loading import Loaded
from competition.matches.outcomes import Found, Outcome
from competition.matches.parties import Member, Party
from competition.models import MatchPool
from realtime.sql import IN_LIST, encode_list, given, given_values

_PENDING = {
    "id": "text",
    "player_ids": "text",
    "skill": "double precision",
    "match_data": "text",
    "due_ms": "bigint",
}
_MATCH = {
    "id": "text",
    "pool_id": "bigint",
    "match_data": "text",
    "is_open": "boolean",
    "closes_ms": "bigint",
    "found_ms": "bigint",
}
_PARTICIPANT = {
    "id": "text",
    "match_id": "text",
    "player_id": "text",
    "peer_id": "integer",
    "skill": "double precision",
    "since_ms": "bigint",
    "participant_data": "text",
    "longitude": "double precision",
    "latitude": "double precision",
}
_UPDATE_PENDING = (
    "UPDATE competition_pendingmatch SET player_ids = g.player_ids, skill = g.skill,"
    f" match_data = g.match_data, due_ms = g.due_ms FROM {given('g', **_PENDING)}"
    " WHERE competition_pendingmatch.id = g.id"
)
_MOVE_WAITING = (
    f"UPDATE competition_waitingplayer SET pending_id = g.pending_id"
    f" FROM {given('g', id='text', pending_id='text')} WHERE competition_waitingplayer.id = g.id"
)
_DELETE_PENDING = f"DELETE FROM competition_pendingmatch WHERE id {IN_LIST}"
_DELETE_WAITING = f"DELETE FROM competition_waitingplayer WHERE id {IN_LIST}"
_INSERT_MATCHES = (
    f"INSERT INTO competition_match ({', '.join(_MATCH)}) SELECT {', '.join(_MATCH)}"
    f" FROM {given('g', **_MATCH)}"
)
# What they asked with comes from their own rows, which are deleted after it.
_INSERT_PARTICIPANTS = (
    f"INSERT INTO competition_participant ({', '.join(_PARTICIPANT)}, custom_query)"
    f" SELECT {', '.join(f'g.{name}' for name in _PARTICIPANT)}, w.custom_query"
    f" FROM {given('g', **_PARTICIPANT)} JOIN competition_waitingplayer w ON w.id = g.id"
)


def as_text(value: Any) -> str:
    """How JSON is kept; none is ""."""
    return "" if value is None else msgspec.json.encode(value).decode()


def store(
    pool: MatchPool,
    loaded: Loaded,
    left: Mapping[str, Party],
    due: Mapping[str, int],
    outcomes: Iterable[Outcome],
    now_ms: int,
) -> None:
    """`loaded` is what the rows said before, `left` and `due` what they are to say. Under the pool's lock."""
    pending = {id: one for id, one in left.items() if not one.is_open}
    _store_matches(pool, [each for each in outcomes if isinstance(each, Found)], now_ms)
    was_in = {asked_id: id for id, asked in loaded.kept.items() for asked_id in asked}
    is_in = {member.asked_id: id for id, one in pending.items() for member in one.members}
    _execute(_MOVE_WAITING, [(asked, id) for asked, id in is_in.items() if was_in.get(asked) != id])
    _delete(_DELETE_WAITING, [*(asked for asked in was_in if asked not in is_in), *loaded.lost_ids])
    _delete(_DELETE_PENDING, [id for id in loaded.kept if id not in pending])
    before = loaded.parties
    _execute(
        _UPDATE_PENDING,
        [
            (id, as_text(one.player_ids), one.skill, as_text(one.match_data), due[id])
            for id, one in pending.items()
            if before.get(id) is not one or loaded.due[id] != due[id] or one.size != len(loaded.kept[id])
        ],
    )


def _store_matches(pool: MatchPool, found: Sequence[Found], now_ms: int) -> None:
    new = [each.match for each in found if each.is_new]
    _execute(
        _INSERT_MATCHES,
        [(one.id, pool.pk, as_text(one.match_data), one.is_open, one.closes_ms, now_ms) for one in new],
    )
    rows = [_participant(each.match, member) for each in found for member in each.newcomers]
    _execute(_INSERT_PARTICIPANTS, rows)


def _participant(match: Party, member: Member) -> tuple[Any, ...]:
    return (
        member.asked_id,
        match.id,
        member.player_id,
        member.peer_id,
        member.skill,
        member.since_ms,
        as_text(member.participant_data),
        *(member.point or (None, None)),
    )


def _execute(statement: str, rows: Sequence[Sequence[Any]]) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(statement, given_values(rows))


def _delete(statement: str, ids: Sequence[str]) -> None:
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(statement, [encode_list(ids)])
