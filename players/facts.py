"""What delivery needs to know of a player, read for many at once.

The statements here are on the path of every message, so they are plain SQL.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import msgspec
from django.db import connection

from realtime.sql import IN_LIST, encode_list, fetch_rows, select_rows

IDS_A_STATEMENT = 500

_decode = msgspec.json.decode

COLUMNS = (
    "p.id, p.user_name, p.display_name, p.language, p.location, p.created_ms, p.last_seen_ms,"
    " p.segments, p.script_data"
)

# The plus keeps PostgreSQL's planner from reading a whole stage, because it is small yet, instead of the ids.
_LOAD = f"""
{select_rows(f"{COLUMNS}, {{blocked}}")}
FROM players_player p
WHERE +p.stage_id = %s AND p.id {IN_LIST}
"""
_KNOWN = f"""
{select_rows("p.id")} FROM players_player p WHERE +p.stage_id = %s AND p.id {IN_LIST}
"""
_BLOCKED = "(SELECT count(*) FROM players_blockedplayer b WHERE b.player_id = p.id AND b.blocked_id = %s) > 0"


NOTHING: Mapping[str, Any] = MappingProxyType({})


class Recipient(msgspec.Struct, frozen=True):
    """One player as rendering, segment queries and the delivery decision see them.

    `country` is the code of their location, `last_seen_ms` 0 before the first log-in. `blocked`: the player
    blocks the sender that the facts were read for. `loaded` holds what segment queries ask beyond these
    (`players.query_fields.with_loaded`).
    """

    player_id: str
    user_name: str | None
    display_name: str
    language: str = ""
    country: str = ""
    created_ms: int = 0
    last_seen_ms: int = 0
    segments: Mapping[str, str] = NOTHING
    script_data: Mapping[str, Any] = NOTHING
    blocked: bool = False
    loaded: Mapping[str, Any] = NOTHING


def load_recipients(stage_id: int, ids: Sequence[str], sender: str | None = None) -> dict[str, Recipient]:
    """Players of the stage by id; an id that is no player of it is missing from the result."""
    found: dict[str, Recipient] = {}
    for start in range(0, len(ids), IDS_A_STATEMENT):
        for row in _rows(stage_id, ids[start : start + IDS_A_STATEMENT], sender):
            found[row[0]] = recipient_of(row)
    return found


def known_ids(stage_id: int, ids: Sequence[str]) -> set[str]:
    """Those of the ids that are players of the stage."""
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [stage_id, encode_list(ids)])
        return {id_ for (id_,) in fetch_rows(cursor)}


def _rows(stage_id: int, ids: Sequence[str], sender: str | None) -> list[Sequence[Any]]:
    with connection.cursor() as cursor:
        if sender is None:
            cursor.execute(_LOAD.format(blocked="FALSE"), [stage_id, encode_list(ids)])
        else:
            cursor.execute(_LOAD.format(blocked=_BLOCKED), [sender, stage_id, encode_list(ids)])
        return fetch_rows(cursor)


def recipient_of(row: Sequence[Any]) -> Recipient:
    """From COLUMNS and, after them, whether the sender is blocked."""
    id_, user_name, display_name, language, location, created, seen, segments, script_data, blocked = row
    return Recipient(
        id_,
        user_name,
        display_name,
        language,
        _country(location),
        created,
        seen,
        _document(segments),
        _document(script_data),
        bool(blocked),
    )


def _document(text: str) -> dict[str, Any]:
    return {} if text == "{}" else _decode(text)


def _country(location: str) -> str:
    country = None if location == "{}" else _decode(location).get("country")
    return country if isinstance(country, str) else ""
