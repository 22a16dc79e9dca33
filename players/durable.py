"""Durable requests: an id that starts with `d_` makes a request happen once (wire-protocol.md §4.4, §10).

The client repeats a durable request until it gets an answer, over a new socket and after a restart too. The
key is inserted first in the request's own transaction and the answer stored beside it, so that the work and
its answer commit together; for 7 days a repetition gets the same bytes and does nothing. Ids repeat between
devices and runs of some clients, hence the body's hash in the key. Answers with an error are not stored.
"""

import hashlib
from collections.abc import Sequence

import msgspec
from django.db import connection

from players.sessions import log_in_again
from protocol.dates import now_ms
from protocol.errors import AlreadyAnswered
from protocol.registry import find
from protocol.request import Next, Request, Response
from realtime import database
from realtime.batcher import Batcher
from realtime.sql import IN_LIST, encode_list, given, given_values

PREFIX = "d_"
KEPT_MS = 7 * 24 * 3600 * 1000

_encoder = msgspec.json.Encoder(order="sorted")

_FIND = f"""
SELECT "key", response FROM players_durablereply
WHERE "key" {IN_LIST} AND created_ms > %s AND response <> ''
"""
_CLAIM = """
INSERT INTO players_durablereply ("key", response, created_ms) VALUES (%s, '', %s)
ON CONFLICT ("key") DO UPDATE SET response = '', created_ms = excluded.created_ms
WHERE players_durablereply.created_ms <= %s OR players_durablereply.response = ''
"""
_CLAIM_ALL = f"""
INSERT INTO players_durablereply ("key", response, created_ms)
SELECT reply_key, reply, %s FROM {given("claim", reply_key="text", reply="text")} WHERE TRUE
ON CONFLICT ("key") DO UPDATE SET response = excluded.response, created_ms = excluded.created_ms
WHERE players_durablereply.created_ms <= %s OR players_durablereply.response = ''
RETURNING "key"
"""
_STORED_ALL = f'SELECT "key", response FROM players_durablereply WHERE "key" {IN_LIST}'
_STORED = 'SELECT response FROM players_durablereply WHERE "key" = %s'
_STORE = 'UPDATE players_durablereply SET response = %s WHERE "key" = %s'
_FORGET = 'DELETE FROM players_durablereply WHERE "key" = %s'


def durable(next: Next) -> Next:
    """Middleware: answers what was answered before, and hands a guard to what was not."""

    async def once(request: Request) -> Response:
        principal = principal_of(request)
        if principal is None:
            return await next(request)
        guard = ReplyGuard(reply_key(principal, request))
        stored = await find_reply(guard.key)
        try:
            if stored is not None:
                raise AlreadyAnswered(stored)
            request.guard = guard
            return await next(request)
        except AlreadyAnswered as answered:
            if not _logs_in(request) or await log_in_again(request.session, answered.encoded):
                raise
        # The token of the stored answer is dead: whoever got it is to log in anew.
        await database.run(guard.forget)
        request.guard = guard
        return await next(request)

    return once


def principal_of(request: Request) -> str | None:
    """Whose request it is, when it is a durable one that may be stored.

    The player acted for; for log-in requests the stage's device, since nobody is logged in yet; for what a
    server-type credential sends for itself, that credential.
    """
    handler = find(request.name)
    if handler is None or not handler.durable or not (request.request_id or "").startswith(PREFIX):
        return None
    session = request.session
    if handler.login:
        return f"device:{session.stage_id}:{session.device_id}"
    if request.player_id is not None:
        return f"player:{request.player_id}"
    return None if session.rights.player else f"credential:{session.stage_id}:{session.rights.short_code}"


def reply_key(principal: str, request: Request) -> str:
    body = _encoder.encode({name: value for name, value in request.raw.items() if name != "requestId"})
    parts = (principal, request.request_id or "", hashlib.sha256(body).hexdigest())
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


class ReplyGuard:
    """protocol.request.Guard over a row of DurableReply."""

    __slots__ = ("key",)

    def __init__(self, key: str) -> None:
        self.key = key

    def claim(self) -> None:
        now = now_ms()
        with connection.cursor() as cursor:
            cursor.execute(_CLAIM, [self.key, now, now - KEPT_MS])
            if cursor.rowcount:
                return
            cursor.execute(_STORED, [self.key])
            raise AlreadyAnswered(cursor.fetchone()[0].encode())

    def store(self, response: Response) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_STORE, [response.encode().decode(), self.key])

    def forget(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_FORGET, [self.key])


def claim_replies(claims: Sequence[tuple[str, Response]]) -> list[AlreadyAnswered | None]:
    """Keys with the answers to be kept beside them, in the current transaction; two statements at most.

    None for a claim that is the first of its key and now stored, the stored answer for any other.
    """
    if not claims:
        return []
    offered = {key: response.encode().decode() for key, response in reversed(claims)}
    now = now_ms()
    with connection.cursor() as cursor:
        # In order of the key: two processes that claim the same ones never wait for each other.
        cursor.execute(_CLAIM_ALL, [now, *given_values(sorted(offered.items())), now - KEPT_MS])
        claimed = {key for (key,) in cursor.fetchall()}
        if len(claimed) < len(offered):
            cursor.execute(_STORED_ALL, [encode_list(sorted(offered.keys() - claimed))])
            offered |= dict(cursor.fetchall())
    results: list[AlreadyAnswered | None] = []
    for key, _ in claims:
        results.append(None if key in claimed else AlreadyAnswered(offered[key].encode()))
        claimed.discard(key)
    return results


def find_replies(keys: Sequence[str]) -> list[bytes | None]:
    """One statement: the stored answer of each key, None where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [encode_list(keys), now_ms() - KEPT_MS])
        stored = {key: response.encode() for key, response in cursor.fetchall()}
    return [stored.get(key) for key in keys]


find_reply: Batcher[str, bytes | None] = Batcher(find_replies)


def _logs_in(request: Request) -> bool:
    handler = find(request.name)
    return handler is not None and handler.login
