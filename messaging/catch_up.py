"""Reads waiting messages for connections: the store is the queue.

One statement a connection and page on SQLite, all pages asked for at one moment in one visit to the
database thread.
"""

import asyncio
import logging
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass
from typing import Any

import msgspec
from django.db import Error as DatabaseError
from django.db import connection
from django.db.backends.utils import CursorWrapper

from messaging import outcomes
from messaging.deciding_again import decide_again
from messaging.stored_documents import fitting_documents
from protocol.dates import now_ms
from realtime.batcher import Batcher
from realtime.connection import Connection, State
from realtime.presence import presence

logger = logging.getLogger(__name__)

PAGE = 64
PAGE_BYTES = 128 * 1024  # the database has one thread on SQLite: nobody's page may keep the others waiting
RETRY_SECONDS = 1.0

_WAITING = """
SELECT created_ms, id FROM messaging_playermessage
WHERE player_id = %s AND state = 'waiting' AND expires_ms > %s
  AND id NOT IN (SELECT value FROM json_each(%s))
ORDER BY created_ms, id LIMIT %s
"""
_NAMED = """
SELECT created_ms, id FROM messaging_playermessage
WHERE id IN (SELECT value FROM json_each(%s)) AND player_id = %s
"""

Key = tuple[int, str]  # created_ms, id


@dataclass(slots=True, eq=False)
class Page:
    """One connection's question: the player's oldest waiting messages, without those written here already,
    and those left by live deliveries, whatever their state."""

    player_id: str
    without: list[str]
    named: list[str]


@dataclass(slots=True)
class Read:
    """Its messages, `(id, document)`, oldest first, and the named ones that a later page is to bring."""

    messages: list[tuple[str, bytes]]
    rest: list[str]


def read_pages(pages: list[Page]) -> list[Read | Exception]:
    now = now_ms()
    with connection.cursor() as cursor:
        return [_read(cursor, page, now) for page in pages]


def _read(cursor: CursorWrapper, page: Page, now: int) -> Read:
    without = msgspec.json.encode(page.without + page.named).decode()
    cursor.execute(_WAITING, [page.player_id, now, without, PAGE])
    waiting: list[Key] = cursor.fetchall()
    named: list[Key] = []
    if page.named:
        cursor.execute(_NAMED, [msgspec.json.encode(page.named).decode(), page.player_id])
        named = sorted(cursor.fetchall())
    ids = _oldest(waiting, named)
    messages = fitting_documents(ids, PAGE_BYTES) if ids else []
    read = {message_id for message_id, _ in messages}
    return Read(messages, [id for _, id in named if id not in read])


def _oldest(waiting: list[Key], named: list[Key]) -> list[str]:
    """All of them in order, but none that is newer than waiting ones not read yet."""
    last = waiting[-1] if len(waiting) == PAGE else None
    return [key[1] for key in sorted(waiting + named) if last is None or key <= last]


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

    def decide_again(self, message_ids: Iterable[str]) -> None:
        """All that come while some are being decided are decided together: thousands may close at once."""
        self._undecided.extend(message_ids)
        if self._undecided and not self._deciding:
            self._deciding = True
            self._start(self._decide_again())

    async def _decide_again(self) -> None:
        try:
            while self._undecided:
                message_ids, self._undecided = self._undecided, []
                await decide_again(message_ids)
        finally:
            self._deciding = False

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
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
        kept_back = []
        for message_id, document in read.messages:
            if message_id in outcomes.confirmed and message_id not in named:
                kept_back.append(message_id)
            else:
                connection.offer(message_id, document)
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
