"""Delivers a broadcast's chunks after their commit, and again what a worker that died stored and left."""

from collections.abc import Sequence

from messaging.deciding_again import decide_again
from messaging.delivery import UNSURE_MS, deliver_or_leave
from messaging.expansion_chunks import Chunk, Expansion
from messaging.models import PlayerMessage
from protocol.dates import now_ms
from realtime import database
from realtime.router import Frame, router


async def deliver_chunk(expansion: Expansion, chunk: Chunk) -> None:
    """To those who were online, and to those who came while their copies were being stored.

    Somebody who came before the commit may have read the inbox before it too. Presence, asked after it, knows
    them: it is written before the inbox is read.
    """
    await deliver_or_leave(chunk.live)
    stage_id = expansion.preparer.event.stage_id
    away = [
        (state, Frame(stage_id, player_id, message_id, document.encode()))
        for message_id, _, player_id, document, _, _, _, state, *_ in chunk.rows
        if message_id in chunk.away
    ]
    await _offer([frame for state, frame in away if state == PlayerMessage.State.WAITING])
    if router().has_listeners():
        await router().copy_to_listeners([frame for _, frame in away])
    if chunk.page.ids:
        expansion.delivered = chunk.page.ids[-1]


async def deliver_again(expansion: Expansion) -> None:
    """Between commit and delivery somebody died: decide what is undecided, look who has come since."""
    undecided, decided = await database.run(_left, expansion)
    await decide_again(undecided)
    await _offer(decided)
    expansion.delivered = expansion.cursor


def _left(expansion: Expansion) -> tuple[list[str], list[Frame]]:
    rows = PlayerMessage.objects.filter(
        message_id=expansion.claim.broadcast_id,
        player_id__gt=expansion.delivered,
        player_id__lte=expansion.cursor,
        state=PlayerMessage.State.WAITING,
    )
    undecided = list(rows.filter(reason="").values_list("id", flat=True))
    decided = rows.exclude(reason="").values_list("player_id", "id", "document")
    stage_id = expansion.preparer.event.stage_id
    return undecided, [
        Frame(stage_id, player_id, id, document.encode()) for player_id, id, document in decided
    ]


async def _offer(frames: Sequence[Frame]) -> None:
    """Write to those who are there after all; if not all nodes could be asked, look again soon.

    Unlike the sweeper's, a fault is the caller's: these rows are not due before they expire.
    """
    missed = await router().deliver(frames)
    if not missed.sure:
        await database.run(_look_again, [frame.message_id for frame in missed.frames])


def _look_again(message_ids: list[str]) -> None:
    rows = PlayerMessage.objects.filter(id__in=message_ids).exclude(state__in=PlayerMessage.OVER)
    rows.update(due_ms=now_ms() + UNSURE_MS)
