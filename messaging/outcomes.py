"""Writes what became of PlayerMessages: confirmed, on their way, decided. Every change is coalesced.

Confirmations and written marks are collected for 100 ms and written as one statement; decisions with pushes
are one batch with their outbox rows, so that a reason and the push it names commit together.
"""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec
from django.db import DatabaseError, connection, transaction

from protocol.dates import now_ms
from push.outbox import PushItem, enqueue
from realtime import database
from realtime.batcher import Batcher

logger = logging.getLogger(__name__)

COALESCE_SECONDS = 0.1
UNCONFIRMED_MS = 90_000
RETRY_SECONDS = 1.0

_CONFIRM = """
UPDATE messaging_playermessage SET state = 'delivered', reason = 'confirmed_socket', due_ms = NULL
WHERE id IN (SELECT value FROM json_each(%s)) AND state = 'waiting'
"""
_WRITTEN = """
UPDATE messaging_playermessage SET reason = 'delivered_socket', due_ms = %s
WHERE id IN (SELECT value FROM json_each(%s)) AND state = 'waiting' AND reason <> 'delivered_socket'
"""
_DECIDED = """
UPDATE messaging_playermessage SET reason = %s, state = %s, due_ms = %s
WHERE id = %s AND state = 'waiting'
"""
_PUSH_ONCE = "UPDATE messaging_playermessage SET pushed = TRUE WHERE id = %s AND NOT pushed"


class Coalescer:
    """Collects ids and writes them together, at most `COALESCE_SECONDS` after the first one came."""

    def __init__(self, statement: str, timed: bool = False) -> None:
        """`timed`: the statement's first parameter is the time of the rows' next look."""
        self._statement = statement
        self._timed = timed
        self._ids: list[str] = []
        self._task: asyncio.Task[None] | None = None

    def add(self, message_ids: Iterable[str]) -> None:
        self._ids.extend(message_ids)
        if self._ids and self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._write_soon())

    async def settle(self) -> None:
        """Wait until what was added so far is written."""
        while self._task is not None:
            await asyncio.shield(self._task)

    async def _write_soon(self) -> None:
        await asyncio.sleep(COALESCE_SECONDS)
        while self._ids:
            ids, self._ids = self._ids, []
            try:
                await database.run(self._write, ids)
            except DatabaseError:
                logger.exception("could not write %d outcomes; trying again", len(ids))
                self._ids = ids + self._ids
                await asyncio.sleep(RETRY_SECONDS)
        self._task = None

    def _write(self, ids: list[str]) -> None:
        parameters: list[str | int] = [msgspec.json.encode(ids).decode()]
        if self._timed:
            parameters.insert(0, now_ms() + UNCONFIRMED_MS)
        with connection.cursor() as cursor:
            cursor.execute(self._statement, parameters)


confirmed = Coalescer(_CONFIRM)
written = Coalescer(_WRITTEN, timed=True)


@dataclass(slots=True)
class Outcome:
    """A decision to be written: the row's reason, state and next look, and its pushes."""

    stage_id: int
    message_id: str
    reason: str
    state: str
    due_ms: int | None
    pushes: Sequence[PushItem] = ()


def write_outcomes(outcomes: list[Outcome]) -> list[Exception | None]:
    """One transaction. A row is pushed once, whoever decides it again at the same moment."""
    pushes: dict[int, list[PushItem]] = {}
    with transaction.atomic():
        with connection.cursor() as cursor:
            for outcome in outcomes:
                cursor.execute(_DECIDED, [outcome.reason, outcome.state, outcome.due_ms, outcome.message_id])
                if outcome.pushes:
                    cursor.execute(_PUSH_ONCE, [outcome.message_id])
                    if cursor.rowcount:
                        pushes.setdefault(outcome.stage_id, []).extend(outcome.pushes)
        for stage_id, items in pushes.items():
            enqueue(stage_id, items)
    return [None] * len(outcomes)


decided: Batcher[Outcome, None] = Batcher(write_outcomes, limit=500)
