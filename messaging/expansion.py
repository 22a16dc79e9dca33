"""Expands a message's audience into copies, chunk by chunk: the same path for 101 and for 1,000,000 players.

A chunk's rows and the cursor commit together, under a claim that expires; whoever claims next goes on from
the cursor. The unique key of (message, player) holds whatever else happens.
"""

import asyncio
import logging
import sys
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import msgspec
from django.db import transaction
from django.db.models import F

from games.config_store import configs
from games.events import PlatformEvent
from messaging.delivery import Delivery, deliver_or_leave
from messaging.made_from import overrides_of, settings_of
from messaging.models import Message
from messaging.preparing import Preparer
from messaging.recipients import read_recipients
from messaging.rows import insert_copies
from players.facts import Recipient
from players.models import Player
from protocol.dates import now_ms
from protocol.ids import new_id
from realtime import database

logger = logging.getLogger(__name__)

CHUNK = 1000
LEASE_MS = 30_000
SHORT_TURN = 0.0005  # seconds


@dataclass(slots=True)
class Audience:
    """Who a message is for: ids in their order, or those whom a segment query finds."""

    stage_id: int
    player_ids: list[str]
    query: str | None = None

    def after(self, cursor: str) -> list[str]:
        """The next chunk's player ids, in order of id."""
        if self.query is None:
            start = bisect_right(self.player_ids, cursor)
            return self.player_ids[start : start + CHUNK]
        query = configs.current(self.stage_id).sections["segmentQueries"].get(self.query)
        if query is None:
            logger.error("the segment query %s is gone: nobody more gets its message", self.query)
            return []
        players = Player.objects.filter(query.to_q(), stage_id=self.stage_id, id__gt=cursor)
        return list(players.order_by("id").values_list("id", flat=True)[:CHUNK])


@dataclass(slots=True)
class Expansion:
    """A claimed message and what its copies are made with."""

    message_id: str
    claim: str
    preparer: Preparer
    audience: Audience


def claim_next() -> Expansion | None:
    """The oldest message that nobody expands."""
    now, claim = now_ms(), new_id()
    free = Message.objects.filter(state=Message.State.EXPANDING, claimed_until_ms__lt=now).order_by("id")
    for message_id in free.values_list("id", flat=True)[:1]:
        if free.filter(id=message_id).update(claim=claim, claimed_until_ms=now + LEASE_MS):
            message = Message.objects.get(id=message_id)
            return Expansion(message_id, claim, _preparer(message), _audience(message))
    return None


def _audience(message: Message) -> Audience:
    audience = msgspec.json.decode(message.audience)
    return Audience(message.stage_id, sorted(audience.get("playerIds", ())), audience.get("query"))


def _preparer(message: Message) -> Preparer:
    """Under the settings it was sent under, whatever they are by now."""
    config = configs.current(message.stage_id)
    compiled, _ = settings_of(message)
    return Preparer(config, _event(message), message.id, message.created_ms, compiled)


def _event(message: Message) -> PlatformEvent:
    return PlatformEvent(
        stage_id=message.stage_id,
        message_class=message.message_class,
        data=msgspec.json.decode(message.data),
        ext_code=message.ext_code or None,
        origin=msgspec.json.decode(message.origin),
        overrides=overrides_of(message),
        test=message.test,
    )


def expand_chunk(expansion: Expansion) -> list[Delivery] | None:
    """The next chunk's copies, stored; None when the audience is done or the claim was lost."""
    held = Message.objects.filter(
        id=expansion.message_id, claim=expansion.claim, state=Message.State.EXPANDING
    )
    preparer = expansion.preparer
    with transaction.atomic():
        cursor = held.select_for_update().values_list("cursor", flat=True).first()
        if cursor is None:
            return None
        ids = expansion.audience.after(cursor)
        if not ids:
            held.update(state=Message.State.EXPANDED, audience="")
            return None
        rows, deliveries = preparer.copies(_recipients(preparer, ids))
        insert_copies(rows)
        held.update(
            cursor=ids[-1], recipients=F("recipients") + len(rows), claimed_until_ms=now_ms() + LEASE_MS
        )
    return deliveries


def _recipients(preparer: Preparer, ids: list[str]) -> list[Recipient]:
    return read_recipients(preparer.config, preparer.compiled, ids, preparer.event.origin.get("playerId"))


async def expand_next() -> bool:
    """Expand one message whole, delivering each chunk while the next one is being stored."""
    expansion = await database.run(claim_next)
    if expansion is None:
        return False
    with _short_turns():
        await _expand(expansion)
    return True


async def _expand(expansion: Expansion) -> None:
    async with asyncio.TaskGroup() as group:
        delivering: asyncio.Task[None] | None = None
        while (deliveries := await database.run(expand_chunk, expansion)) is not None:
            if delivering is not None:
                await delivering
            delivering = group.create_task(deliver_or_leave(deliveries))


@contextmanager
def _short_turns() -> Iterator[None]:
    """Let threads take turns more often while chunks are stored beside a busy event loop.

    Python's SQLite gives the interpreter's lock away at every row, and beside a busy loop gets it back only
    after a switch interval: at the usual 5 ms, 500 rows take seconds. Short turns cost the requests of
    ordinary times a fifth of their rate, so they are kept to expansions.
    """
    usual = sys.getswitchinterval()
    sys.setswitchinterval(SHORT_TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)
