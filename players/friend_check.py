"""May this player write to that one? Asked for many pairs at once; the answer has the facts."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from django.db import connection

from players.facts import COLUMNS, Recipient, recipient_of
from realtime.sql import fetch_rows, given, given_values, look_up, select_rows


class FriendKey(NamedTuple):
    stage_id: int
    player_id: str
    friend_id: str


Refusal = Literal["NOT_FRIEND", "INVALID"]

# Counted, since of EXISTS PostgreSQL may make a hash of all links there are.
_FOUND = f"""
k.place,
(SELECT count(*) FROM players_friendship f WHERE f.player_id = k.player_id AND f.friend_id = p.id) > 0,
{COLUMNS},
(SELECT count(*) FROM players_blockedplayer b WHERE b.player_id = p.id AND b.blocked_id = k.player_id) > 0
"""
# A pair that is missing has no such player.
_CHECK = f"""
{select_rows(_FOUND)}
FROM {given("k", stage_id="bigint", player_id="text", friend_id="text")}
{look_up("players_player", "p", "p.id = k.friend_id AND p.stage_id = k.stage_id")}
"""


def check_friends(keys: Sequence[FriendKey]) -> list[Recipient | Refusal]:
    """One statement. For each key the friend's facts, `NOT_FRIEND`, or `INVALID` for no player of the stage.

    A player is not their own friend.
    """
    answers: list[Recipient | Refusal] = ["INVALID"] * len(keys)
    with connection.cursor() as cursor:
        cursor.execute(_CHECK, given_values(keys))
        for row in fetch_rows(cursor):
            answers[row[0]] = recipient_of(row[2:]) if row[1] else "NOT_FRIEND"
    return answers
