"""Waits for what becomes of a request for a match: FindMatch answers with it (competition-rules.md §8.5).

The match may be made by any process, so the rows are asked, all waiting requests by one look.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

from competition.models import Participant, WaitingPlayer
from realtime.batcher import Batcher

PAUSE = 0.2  # seconds between looks


WAITING = object()


async def matched(asked_id: str) -> str | None:
    """The id of the match that the request led to; None when it leads to none any more."""
    while True:
        fate = await _look(asked_id)
        if fate is not WAITING:
            return None if fate is None else str(fate)
        await asyncio.sleep(PAUSE)


def look(asked_ids: Sequence[str]) -> list[Any]:
    """For each `WAITING`, the match's id, or None: taken back, asked again, or not found.

    Who waits is asked first: in between one may be found, but nobody comes to wait.
    """
    waiting = set(WaitingPlayer.objects.filter(pk__in=asked_ids).values_list("pk", flat=True))
    matches = dict(Participant.objects.filter(pk__in=asked_ids).values_list("pk", "match_id"))
    return [WAITING if asked_id in waiting else matches.get(asked_id) for asked_id in asked_ids]


_look: Batcher[str, Any] = Batcher(look, limit=500)
