"""Expands a message's audience into copies, chunk by chunk: the same path for 101 and for 1,000,000 players.

A chunk's rows and the cursor commit together, under a claim that expires; whoever claims next goes on from
the cursor. The unique key of (message, player) holds whatever else happens.
"""

import asyncio
import logging
from dataclasses import dataclass

import msgspec
from django.db import connection, transaction

from games.config_store import configs
from games.events import PlatformEvent
from messaging.delivery import Delivery, deliver_or_leave
from messaging.made_from import overrides_of, settings_of
from messaging.models import Message
from messaging.preparing import Preparer
from messaging.recipients import read_recipients
from messaging.writer import INSERT_COPY
from players.facts import Recipient
from players.models import Player
from protocol.dates import now_ms
from protocol.ids import new_id
from realtime import database

logger = logging.getLogger(__name__)

CHUNK = 500
LEASE_MS = 30_000


@dataclass(slots=True)
class Expansion:
    """A claimed message and what its copies are made with."""

    message_id: str
    claim: str
    preparer: Preparer


def claim_next() -> Expansion | None:
    """The oldest message that nobody expands."""
    now, claim = now_ms(), new_id()
    free = Message.objects.filter(state=Message.State.EXPANDING, claimed_until_ms__lt=now).order_by("id")
    for message_id in free.values_list("id", flat=True)[:1]:
        if free.filter(id=message_id).update(claim=claim, claimed_until_ms=now + LEASE_MS):
            message = Message.objects.get(id=message_id)
            return Expansion(message_id, claim, _preparer(message))
    return None


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
    with transaction.atomic():
        message = (
            Message.objects.select_for_update().filter(id=expansion.message_id, claim=expansion.claim).first()
        )
        if message is None or message.state != Message.State.EXPANDING:
            return None
        ids = _next_ids(message)
        if not ids:
            message.state = Message.State.EXPANDED
            message.audience = ""
        preparer = expansion.preparer
        rows, deliveries = preparer.copies(_recipients(preparer, ids))
        with connection.cursor() as cursor:
            cursor.executemany(INSERT_COPY, rows)
        message.cursor = ids[-1] if ids else message.cursor
        message.recipients += len(rows)
        message.claimed_until_ms = now_ms() + LEASE_MS
        message.save(update_fields=["state", "audience", "cursor", "recipients", "claimed_until_ms"])
    return deliveries if ids else None


def _recipients(preparer: Preparer, ids: list[str]) -> list[Recipient]:
    return read_recipients(preparer.config, preparer.compiled, ids, preparer.event.origin.get("playerId"))


def _next_ids(message: Message) -> list[str]:
    """Player ids after the cursor, in order of id."""
    audience = msgspec.json.decode(message.audience)
    if "playerIds" in audience:
        return [player_id for player_id in audience["playerIds"] if player_id > message.cursor][:CHUNK]
    query = configs.current(message.stage_id).sections["segmentQueries"].get(audience["query"])
    if query is None:
        logger.error(
            "message %s: the segment query %s is gone; nobody more gets it", message.id, audience["query"]
        )
        return []
    players = Player.objects.filter(query.to_q(), stage_id=message.stage_id, id__gt=message.cursor)
    return list(players.order_by("id").values_list("id", flat=True)[:CHUNK])


async def expand_next() -> bool:
    """Expand one message whole, delivering each chunk while the next one is being stored."""
    expansion = await database.run(claim_next)
    if expansion is None:
        return False
    async with asyncio.TaskGroup() as group:
        delivering: asyncio.Task[None] | None = None
        while (deliveries := await database.run(expand_chunk, expansion)) is not None:
            if delivering is not None:
                await delivering
            delivering = group.create_task(deliver_or_leave(deliveries))
    return True
