"""Reads waiting messages for connections: the store is the queue.

All pages asked for at one moment are read in one visit to a database thread.
"""

import asyncio
import logging
from collections.abc import Coroutine, Iterable
from contextvars import Context
from typing import Any

from django.db import Error as DatabaseError

from messaging import outcomes, pages_postgresql, pages_sqlite
from messaging.deciding_again import decide_again
from messaging.pages import PAGE, Page, Read
from protocol.log_context import nobody
from realtime import metrics
from realtime.batcher import Batcher
from realtime.connection import Connection, State
from realtime.presence import presence
from realtime.sql import by_vendor
from realtime.tally import count_caught_up

logger = logging.getLogger(__name__)

RETRY_SECONDS = 1.0

read_pages = by_vendor(sqlite=pages_sqlite.read_pages, postgresql=pages_postgresql.read_pages)
waiting_pages: Batcher[Page, Read] = Batcher(read_pages, limit=200)


class StoreInbox:
    """realtime.inbox.Inbox over the database."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._undecided: list[str] = []
        self._deciding = False

    def catch_up(self, connection: Connection) -> None:
        self._start(self._catch_up_or_end(connection))

    def confirmed(self, message_ids: Iterable[str]) -> None:
        outcomes.confirmed.add(message_ids)

    def unanswered(self, message_ids: Iterable[str]) -> None:
        outcomes.written.add(message_ids)

    def left(self, message_ids: Iterable[str]) -> None:
        outcomes.left.add(message_ids)

    def decide_again(self, message_ids: Iterable[str]) -> None:
        """All that come while some are being decided are decided together: thousands may close at once."""
        self._undecided.extend(message_ids)
        if self._undecided and not self._deciding:
            self._deciding = True
            self._start(self._decide_again(), context=nobody())

    async def _decide_again(self) -> None:
        try:
            while self._undecided:
                message_ids, self._undecided = self._undecided, []
                await decide_again(message_ids)
        finally:
            self._deciding = False

    def _start(self, work: Coroutine[Any, Any, None], context: Context | None = None) -> None:
        task = asyncio.get_running_loop().create_task(work, context=context)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settle(self) -> None:
        """Wait, for a second at most, for what was begun: the process ends."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=1.0)

    async def _catch_up_or_end(self, connection: Connection) -> None:
        try:
            await self._catch_up(connection)
        except Exception:
            logger.exception("catching up failed: the connection ends, so that its client starts again")
            connection.transport.abort()

    async def _catch_up(self, connection: Connection) -> None:
        player_id, binding = connection.player_id, connection.binding
        if player_id is not None:
            # Whoever commits from now on sees the player online; what was committed before is read here.
            await presence().announced(player_id)
            if connection.binding != binding:
                return
        confirming: list[str] = []
        while player_id is not None and connection.state is State.CATCH_UP:
            named = connection.take_left(PAGE)
            page = Page(player_id, [*(connection.written or ()), *confirming], named)
            try:
                read: Read | None = await waiting_pages(page)
            except DatabaseError:
                logger.exception("could not read waiting messages; trying again")
                read = None
            if not _still(connection, binding):
                return
            if read is None:
                self._retry(connection, named)
                return
            self._put_back(connection, read.rest)
            confirming += self._offer(connection, read, named)
            if not read.messages and not connection.left:
                connection.caught_up()
                return
            await asyncio.sleep(0)  # the kernel takes what it can: of a client that reads nothing is left
            if not _still(connection, binding):
                return
            if not connection.may_read():
                break
        connection.paused()

    @staticmethod
    def _offer(connection: Connection, read: Read, named: list[str]) -> list[str]:
        """Returns those kept back: a client has them, only their rows do not say so yet."""
        kept_back: list[str] = []
        written: list[str] = []
        for message_id, document in read.messages:
            if message_id in outcomes.confirmed and message_id not in named:
                kept_back.append(message_id)
            elif connection.offer(message_id, document):
                written.append(message_id)
        metrics.caught_up(written, connection.bound_ms)
        count_caught_up(connection.session.stage_id, written, connection.bound_ms)
        return kept_back

    @staticmethod
    def _retry(connection: Connection, named: list[str]) -> None:
        connection.paused()
        StoreInbox._put_back(connection, named)
        asyncio.get_running_loop().call_later(RETRY_SECONDS, connection.read_on)

    @staticmethod
    def _put_back(connection: Connection, named: list[str]) -> None:
        if named:
            connection.left = dict.fromkeys(named) | (connection.left or {})


def _still(connection: Connection, binding: int) -> bool:
    """False once it closed or changed hands: another reader may be at work on it."""
    return connection.player_id is not None and connection.binding == binding
