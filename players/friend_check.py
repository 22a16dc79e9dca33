"""May this player write to that one? Asked for many pairs at once; the answer has the facts."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import msgspec
from django.db import connection

from players.facts import COLUMNS, Recipient, encode_list, recipient_of


class FriendKey(NamedTuple):
    stage_id: int
    player_id: str
    friend_id: str


Refusal = Literal["NOT_FRIEND", "INVALID"]

# SQLite's form. CROSS JOIN keeps the list the outer loop; a pair that is missing has no such player.
# All rows come as one JSON value, for the reason given in players.facts.
_CHECK = f"""
SELECT json_group_array(json_array(k.key, EXISTS (
    SELECT 1 FROM players_friendship f
    WHERE f.player_id = json_extract(k.value, '$[1]') AND f.friend_id = p.id
  ), {COLUMNS}, EXISTS (
    SELECT 1 FROM players_blockedplayer b
    WHERE b.player_id = p.id AND b.blocked_id = json_extract(k.value, '$[1]')
  )))
FROM json_each(%s) k
CROSS JOIN players_player p
WHERE p.id = json_extract(k.value, '$[2]') AND p.stage_id = json_extract(k.value, '$[0]')
"""


def check_friends(keys: Sequence[FriendKey]) -> list[Recipient | Refusal]:
    """One statement. For each key the friend's facts, `NOT_FRIEND`, or `INVALID` for no player of the stage.

    A player is not their own friend.
    """
    answers: list[Recipient | Refusal] = ["INVALID"] * len(keys)
    with connection.cursor() as cursor:
        cursor.execute(_CHECK, [encode_list(keys)])
        for row in msgspec.json.decode(cursor.fetchone()[0]):
            answers[row[0]] = recipient_of(row[2:]) if row[1] else "NOT_FRIEND"
    return answers
