"""Decides stored rows again: after a connection was lost or fell silent, and for the sweeper."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from django.db import Error as DatabaseError

from messaging import outcomes
from messaging.delivery import Delivery, deliver
from messaging.made_from import settings_of_all
from messaging.models import PlayerMessage
from messaging.policy import Policy
from messaging.rendering import CompiledMessage
from messaging.stored_documents import fitting_documents
from players.facts import Recipient, load_recipients
from realtime import database

logger = logging.getLogger(__name__)

# SQLite's one thread serves everybody else between two chunks, and has most of its time for them.
CHUNK = 20
DOCUMENT_BYTES = 256 * 1024
BETWEEN_LARGE_SECONDS = 0.02


async def decide_again(message_ids: Sequence[str]) -> None:
    """Those still waiting.

    What was confirmed meanwhile is written first, so that nobody gets it twice; so is what was written to a
    socket, so that this mark does not come after the decision.
    """
    try:
        await asyncio.gather(outcomes.confirmed.settle(), outcomes.written.settle())
        for start in range(0, len(message_ids), CHUNK):
            await _decide(message_ids[start : start + CHUNK])
    except DatabaseError:
        logger.exception("could not decide %d messages again; the sweeper will", len(message_ids))


async def _decide(message_ids: Sequence[str]) -> None:
    """One that cannot be decided, whatever is wrong with it, does not hold up the others."""
    try:
        async for some in _with_documents(await database.run(load_waiting, message_ids)):
            await deliver(some)
    except DatabaseError:
        raise
    except Exception:
        if len(message_ids) == 1:
            logger.exception("message %s cannot be decided", message_ids[0])
            return
        for message_id in message_ids:
            await _decide([message_id])


async def _with_documents(deliveries: list[Delivery]) -> AsyncIterator[list[Delivery]]:
    """Those still waiting, a few at a time: a reader that stopped leaves hundreds of large ones behind."""
    while deliveries:
        ids = [delivery.message_id for delivery in deliveries]
        documents = dict(await database.run(fitting_documents, ids, DOCUMENT_BYTES, True))
        if not documents:
            return
        yield [
            replace(delivery, document=documents[delivery.message_id])
            for delivery in deliveries
            if delivery.message_id in documents
        ]
        deliveries = [delivery for delivery in deliveries if delivery.message_id not in documents]
        if deliveries:
            await asyncio.sleep(BETWEEN_LARGE_SECONDS)


def load_waiting(message_ids: Sequence[str]) -> list[Delivery]:
    """As deliveries without their documents, oldest first, under the settings version they were made from."""
    rows = (
        PlayerMessage.objects.filter(id__in=message_ids)
        .exclude(state__in=PlayerMessage.OVER)
        .select_related("message")
        .defer("document", "message__data")
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
        document=b"",
        compiled=compiled,
        policy=policy,
        expires_ms=row.expires_ms,
        recipient=recipient,
        variant=row.variant,
        already_pushed=row.pushed,
        fresh=False,
        test=row.message.test,
    )
