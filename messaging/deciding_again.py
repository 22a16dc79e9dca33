"""Decides stored rows again: after a connection was lost or fell silent, and for the sweeper."""

import logging
from collections.abc import Sequence

from django.db import DatabaseError

from messaging import outcomes
from messaging.delivery import Delivery, deliver
from messaging.made_from import settings_of
from messaging.models import PlayerMessage
from players.facts import Recipient, load_recipients
from realtime import database

logger = logging.getLogger(__name__)

CHUNK = 500


async def decide_again(message_ids: Sequence[str]) -> None:
    """Those still waiting; what was confirmed meanwhile is written first, so that nobody gets it twice."""
    try:
        await outcomes.confirmed.settle()
        for start in range(0, len(message_ids), CHUNK):
            await deliver(await database.run(load_waiting, message_ids[start : start + CHUNK]))
    except DatabaseError:
        logger.exception("could not decide %d messages again; the sweeper will", len(message_ids))


def load_waiting(message_ids: Sequence[str]) -> list[Delivery]:
    """The rows as deliveries, oldest first, under the settings version they were made from."""
    rows = (
        PlayerMessage.objects.filter(id__in=message_ids, state=PlayerMessage.State.WAITING)
        .select_related("message")
        .order_by("created_ms", "id")
    )
    found = list(rows)
    recipients: dict[str, Recipient] = {}
    for stage_id in {row.message.stage_id for row in found}:
        recipients |= load_recipients(stage_id, [row.player_id for row in found])
    return [_delivery(row, recipients[row.player_id]) for row in found]


def _delivery(row: PlayerMessage, recipient: Recipient) -> Delivery:
    compiled, policy = settings_of(row.message)
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
