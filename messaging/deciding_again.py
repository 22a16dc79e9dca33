"""Decides stored rows again: after a connection was lost or fell silent, and for the sweeper."""

import asyncio
import logging
from collections.abc import Sequence

from django.db import Error as DatabaseError
from django.db.models.functions import Length

from messaging import outcomes
from messaging.delivery import Delivery, deliver
from messaging.made_from import settings_of_all
from messaging.models import PlayerMessage
from messaging.policy import Policy
from messaging.rendering import CompiledMessage
from players.facts import Recipient, load_recipients
from realtime import database

logger = logging.getLogger(__name__)

CHUNK = 500
CHUNK_BYTES = 512 * 1024


async def decide_again(message_ids: Sequence[str]) -> None:
    """Those still waiting.

    What was confirmed meanwhile is written first, so that nobody gets it twice; so is what was written to a
    socket, so that this mark does not come after the decision.
    """
    try:
        await asyncio.gather(outcomes.confirmed.settle(), outcomes.written.settle())
        for start in range(0, len(message_ids), CHUNK):
            for ids in await database.run(waiting_chunks, message_ids[start : start + CHUNK]):
                await _decide(ids)
    except DatabaseError:
        logger.exception("could not decide %d messages again; the sweeper will", len(message_ids))


async def _decide(message_ids: Sequence[str]) -> None:
    """One that cannot be decided, whatever is wrong with it, does not hold up the others."""
    try:
        await deliver(await database.run(load_waiting, message_ids))
    except DatabaseError:
        raise
    except Exception:
        if len(message_ids) == 1:
            logger.exception("message %s cannot be decided", message_ids[0])
            return
        for message_id in message_ids:
            await _decide([message_id])


def waiting_chunks(message_ids: Sequence[str]) -> list[list[str]]:
    """The ids of those still waiting, oldest first, in chunks of CHUNK_BYTES of documents at most.

    A reader that stopped leaves hundreds of large messages behind: they are never all in memory at once.
    """
    rows = (
        PlayerMessage.objects.filter(id__in=message_ids, state=PlayerMessage.State.WAITING)
        .order_by("created_ms", "id")
        .values_list("id", Length("document"))
    )
    chunks: list[list[str]] = []
    size = 0
    for message_id, length in rows:
        size += length
        if not chunks or size > CHUNK_BYTES:
            chunks.append([])
            size = length
        chunks[-1].append(message_id)
    return chunks


def load_waiting(message_ids: Sequence[str]) -> list[Delivery]:
    """The rows as deliveries, oldest first, under the settings version they were made from."""
    rows = (
        PlayerMessage.objects.filter(id__in=message_ids, state=PlayerMessage.State.WAITING)
        .select_related("message")
        .defer("message__data", "message__audience")
        .order_by("created_ms", "id")
    )
    found = list(rows)
    recipients: dict[str, Recipient] = {}
    for stage_id in {row.message.stage_id for row in found}:
        recipients |= load_recipients(stage_id, [row.player_id for row in found])
    made_from = settings_of_all(row.message for row in found)
    return [_delivery(row, recipients[row.player_id], *made_from[row.message_id]) for row in found]


def _delivery(
    row: PlayerMessage, recipient: Recipient, compiled: CompiledMessage, policy: Policy
) -> Delivery:
    return Delivery(
        stage_id=row.message.stage_id,
        player_id=row.player_id,
        message_id=row.id,
        document=row.document.encode(),
        compiled=compiled,
        policy=policy,
        expires_ms=row.expires_ms,
        recipient=recipient,
        variant=row.variant,
        already_pushed=row.pushed,
        fresh=False,
    )
