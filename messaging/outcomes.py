"""Writes what became of PlayerMessages: confirmed, on their way, decided. Every change is coalesced.

Confirmations and written marks are collected for 100 ms and written as one statement; decisions with pushes
are one batch with their outbox rows, so that a reason and the push it names commit together.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from django.db import connection, transaction

from messaging import tallying
from messaging.rows import STILL_WAITING
from protocol.dates import now_ms
from protocol.log_context import nobody
from push.outbox import PushItem, enqueue
from realtime import database
from realtime.batcher import Batcher
from realtime.sql import IN_LIST, encode_list, given, given_values

logger = logging.getLogger(__name__)

COALESCE_SECONDS = 0.1
UNCONFIRMED_MS = 90_000
RETRY_SECONDS = 1.0
PATIENCE = 1.0  # seconds that the end of a process waits for what is collected

_TABLE = "messaging_playermessage"
_WRITTEN = f"""
UPDATE {_TABLE} SET reason = 'delivered_socket', due_ms = %s
WHERE id {IN_LIST} AND {STILL_WAITING} AND reason <> 'delivered_socket'
"""
# The row keeps its size, so that a large one is not written anew.
_LEFT = f"UPDATE {_TABLE} SET due_ms = %s WHERE id {IN_LIST} AND {STILL_WAITING} AND reason = ''"
_OUTCOME = {
    "message": "text",
    "new_reason": "text",
    "new_state": "text",
    "new_due_ms": "bigint",
    "new_decided": "text",
}
_DECIDED = f"""
UPDATE {_TABLE} SET reason = new_reason, state = new_state, due_ms = new_due_ms,
    decided = CASE new_decided WHEN '' THEN decided ELSE new_decided END
FROM {given("outcome", **_OUTCOME)}
WHERE id = message AND id {IN_LIST} AND {STILL_WAITING}
"""
_PUSH_ONCE = f"UPDATE {_TABLE} SET pushed = TRUE WHERE id {IN_LIST} AND NOT pushed RETURNING id"


class Coalescer:
    """Collects ids and writes them together, at most `COALESCE_SECONDS` after the first one came."""

    def __init__(self, write: Callable[[Sequence[str]], None]) -> None:
        """`write` runs in a database thread."""
        self._write = write
        self._ids: dict[str, None] = {}
        self._writing: dict[str, None] = {}
        self._settling: list[asyncio.Future[None]] = []
        self._task: asyncio.Task[None] | None = None

    def __contains__(self, message_id: str) -> bool:
        """Whether the id was added and may not be written yet."""
        return message_id in self._ids or message_id in self._writing

    def add(self, message_ids: Iterable[str]) -> None:
        self._ids.update(dict.fromkeys(message_ids))
        if self._ids and self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._work(), context=nobody())

    async def settle(self) -> None:
        """Wait until what was added so far is written; what others add meanwhile is not waited for."""
        if self._task is not None:
            settled = asyncio.get_running_loop().create_future()
            self._settling.append(settled)
            await settled

    async def finish(self) -> None:
        """Settle before the process ends, unless the database keeps it waiting: the rows are still due."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await self.settle()

    async def _work(self) -> None:
        try:
            while self._ids or self._settling:
                await asyncio.sleep(COALESCE_SECONDS)
                await self._write_collected()
        finally:
            self._task = None

    async def _write_collected(self) -> None:
        self._writing, self._ids = self._ids, {}
        settling, self._settling = self._settling, []
        try:
            if self._writing:
                await database.run(self._write, list(self._writing))
        except Exception:  # a lost connection, a lock: whatever it is, these ids are not to be forgotten
            logger.exception("could not write %d outcomes; trying again", len(self._writing))
            self._ids = self._writing | self._ids
            self._settling = settling + self._settling
            await asyncio.sleep(RETRY_SECONDS)
        else:
            for settled in settling:
                if not settled.done():
                    settled.set_result(None)
        finally:
            self._writing = {}


def _look_again_at(statement: str, ids: Sequence[str]) -> None:
    """The statement's first parameter is the time of the rows' next look."""
    with connection.cursor() as cursor:
        cursor.execute(statement, [now_ms() + UNCONFIRMED_MS, encode_list(ids)])


confirmed = Coalescer(tallying.confirm)
written = Coalescer(partial(_look_again_at, _WRITTEN))
left = Coalescer(partial(_look_again_at, _LEFT))


@dataclass(slots=True)
class Outcome:
    """A decision to be written: the row's reason, state and next look, what it saw, and its pushes.

    `decided` as in PlayerMessage; "" leaves what an earlier decision saw. `key` is the message type's;
    `fresh`: it is the first decision; `counted`: it is no test's.
    """

    stage_id: int
    message_id: str
    reason: str
    state: str
    due_ms: int | None
    pushes: Sequence[PushItem] = ()
    decided: str = ""
    key: str = ""
    fresh: bool = False
    counted: bool = False


def write_outcomes(outcomes: list[Outcome]) -> list[Exception | None]:
    """One transaction. Of several outcomes of one row the last counts.

    A row is pushed once, whoever decides it again at the same moment.
    """
    last = {outcome.message_id: outcome for outcome in outcomes}
    pushing = {outcome.message_id: outcome for outcome in outcomes if outcome.pushes}
    with transaction.atomic(), connection.cursor() as cursor:
        rows = [
            (each.message_id, each.reason, each.state, each.due_ms, each.decided) for each in last.values()
        ]
        cursor.execute(_DECIDED, [*given_values(rows), encode_list(list(last))])
        if pushing:
            cursor.execute(_PUSH_ONCE, [encode_list(list(pushing))])
            _enqueue([pushing[message_id] for (message_id,) in cursor.fetchall()])
        tallying.decided(last.values())
    return [None] * len(outcomes)


def _enqueue(outcomes: Sequence[Outcome]) -> None:
    by_stage: dict[int, list[PushItem]] = {}
    for outcome in outcomes:
        by_stage.setdefault(outcome.stage_id, []).extend(outcome.pushes)
    for stage_id, items in by_stage.items():
        enqueue(stage_id, items)


decided: Batcher[Outcome, None] = Batcher(write_outcomes, limit=500)
