"""Authentication tokens: issued at log-in, exchanged at each resume (wire-protocol.md §3.4 and §10).

A token lives 30 days. Presenting it issues a successor and leaves it alive, for the answer may be lost on its
way; 15 minutes after a successor is first presented the predecessor is dead. A player has at most 10: those
already superseded go first, then those unused for longest. Of the successors of one token that nobody has
presented, the newest 4 are kept, so that a client which retries in a bad network logs out no other device.

Resuming is done for many sockets at once.
"""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from players.models import AuthToken
from protocol.dates import now_ms
from realtime.sql import IN_LIST, among, by_vendor, encode_list, given, given_values, look_up

LIFETIME_MS = 30 * 24 * 3600 * 1000
GRACE_MS = 15 * 60 * 1000
TOKENS_A_PLAYER = 10
UNPRESENTED_SUCCESSORS = 4


class ResumeKey(NamedTuple):
    stage_id: int
    token: str


@dataclass(frozen=True, slots=True)
class Resumed:
    """Who a token logged in, and the token to use next time."""

    player_id: str
    display_name: str
    auth_token: str


_LEAST = by_vendor(sqlite="min", postgresql="least")
_LOOK_UP = f"""
SELECT t.hash, t.player_id, t.predecessor, t.presented, p.display_name, p.stage_id
FROM {given("k", hash="text")}
{look_up("players_authtoken", "t", "t.hash = k.hash AND t.expires_ms > %s")}
{look_up("players_player", "p", "p.id = t.player_id AND NOT p.banned")}
"""
_INSERT = f"""
INSERT INTO players_authtoken
    (hash, player_id, predecessor, created_ms, used_ms, expires_ms, presented, superseded)
SELECT hash, player_id, predecessor, %s, %s, %s, FALSE, FALSE
FROM {given("token", hash="text", player_id="text", predecessor="text")}
"""
_PRESENTED = f"""
UPDATE players_authtoken SET presented = TRUE, used_ms = %s
WHERE hash {IN_LIST}
"""
_SUPERSEDE = f"""
UPDATE players_authtoken SET superseded = TRUE, expires_ms = {_LEAST}(expires_ms, %s)
WHERE hash {IN_LIST}
"""
# Taken first: whoever else issues or trims tokens of these players comes before or after.
_SEEN = f"UPDATE players_player SET last_seen_ms = %s WHERE id {IN_LIST}"
_SURPLUS = f"""
SELECT hash FROM (
    SELECT hash, spare,
        row_number() OVER (PARTITION BY player_id ORDER BY spare, superseded, used_ms DESC, hash) AS place
    FROM (
        SELECT hash, player_id, superseded, used_ms, predecessor <> '' AND NOT presented AND row_number()
            OVER (PARTITION BY predecessor, presented ORDER BY created_ms DESC, hash) > %s AS spare
        FROM players_authtoken WHERE player_id {IN_LIST}
    ) ranked
) placed WHERE spare OR place > %s
"""
_TRIM = f"DELETE FROM players_authtoken WHERE hash {among(_SURPLUS)}"


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def issue(player_id: str, now: int | None = None) -> str:
    """A token for a player who just logged in, in the caller's transaction."""
    return issue_many([player_id], now)[0]


def issue_many(player_ids: Sequence[str], now: int | None = None) -> list[str]:
    """A token each, in three statements; one player may be there more than once."""
    now = now_ms() if now is None else now
    issued = [_new_token() for _ in player_ids]
    players = encode_list(sorted(set(player_ids)))
    rows = [(token_hash(token), player_id, "") for token, player_id in zip(issued, player_ids, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_SEEN, [now, players])
        _insert(cursor, rows, now)
        _trim(cursor, players)
    return issued


def resume_tokens(keys: Sequence[ResumeKey], now: int | None = None) -> list[Resumed | None]:
    """Exchange each token for its successor. None: unknown, dead, of another stage, or its player is banned.

    Six statements in one transaction, whatever the number of keys.
    """
    now = now_ms() if now is None else now
    hashes = [token_hash(key.token) for key in keys]
    with transaction.atomic(), connection.cursor() as cursor:
        known = _look_up(cursor, hashes, now)
        answers: list[Resumed | None] = []
        successors: list[tuple[str, str, str]] = []
        for key, presented in zip(keys, hashes, strict=True):
            row = known.get(presented)
            if row is None or row.stage_id != key.stage_id:
                answers.append(None)
                continue
            token = _new_token()
            successors.append((token_hash(token), row.player_id, presented))
            answers.append(Resumed(row.player_id, row.display_name, token))
        if successors:
            _rotate(cursor, known, successors, now)
    return answers


def holds(player_id: str, token: str, now: int | None = None) -> bool:
    """Whether the token is the player's and alive. Exchanges nothing."""
    return AuthToken.objects.filter(
        hash=token_hash(token), player_id=player_id, expires_ms__gt=now_ms() if now is None else now
    ).exists()


def revoke_all(player_id: str, but: str = "") -> int:
    """Kill every token of the player (a ban, a password change, a terminated session), or all `but` one.
    Returns how many."""
    tokens = AuthToken.objects.filter(player_id=player_id)
    return (tokens.exclude(hash=token_hash(but)) if but else tokens).delete()[0]


class _Known(NamedTuple):
    hash: str
    player_id: str
    predecessor: str
    presented: bool
    display_name: str
    stage_id: int


def _look_up(cursor: CursorWrapper, hashes: Sequence[str], now: int) -> dict[str, _Known]:
    cursor.execute(_LOOK_UP, [*given_values([(hash_,) for hash_ in sorted(set(hashes))]), now])
    return {row[0]: _Known(*row) for row in cursor.fetchall()}


def _rotate(
    cursor: CursorWrapper, known: dict[str, _Known], successors: Sequence[tuple[str, str, str]], now: int
) -> None:
    """Insert the successors, and give the predecessors of what is presented for the first time their end."""
    presented = sorted({predecessor for _, _, predecessor in successors})
    players = encode_list(sorted({player_id for _, player_id, _ in successors}))
    ending = [known[hash_].predecessor for hash_ in presented if not known[hash_].presented]
    cursor.execute(_SEEN, [now, players])
    _insert(cursor, successors, now)
    cursor.execute(_PRESENTED, [now, encode_list(presented)])
    cursor.execute(_SUPERSEDE, [now + GRACE_MS, encode_list(ending)])
    _trim(cursor, players)


def _insert(cursor: CursorWrapper, rows: Sequence[tuple[str, str, str]], now: int) -> None:
    """Rows are (hash, player id, predecessor's hash)."""
    cursor.execute(_INSERT, [now, now, now + LIFETIME_MS, *given_values(rows)])


def _trim(cursor: CursorWrapper, players: str) -> None:
    cursor.execute(_TRIM, [UNPRESENTED_SUCCESSORS, players, TOKENS_A_PLAYER])


def _new_token() -> str:
    return str(uuid.uuid4())
