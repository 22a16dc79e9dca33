"""Whom a broadcast is for, read a page at a time in order of player id."""

import logging
from bisect import bisect_right
from dataclasses import dataclass

import msgspec
from django.db.models import Count, Max, QuerySet

from games.config import GameConfig
from messaging.models import Broadcast
from players.models import Player
from players.segment_queries import CompiledQuery

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Audience:
    """Ids in their order; where they are None, the stage's players up to `last_id` that `query` selects."""

    stage_id: int
    player_ids: list[str] | None = None
    query: CompiledQuery | None = None
    last_id: str = ""

    def page(self, after: str, limit: int) -> list[str]:
        """Up to `limit` ids, in order; fewer only at the end. Reads the database."""
        if self.player_ids is not None:
            start = bisect_right(self.player_ids, after)
            return self.player_ids[start : start + limit]
        players = self._players().filter(id__gt=after, id__lte=self.last_id).order_by("id")
        return list(players.values_list("id", flat=True)[:limit])

    def count(self) -> tuple[int, str]:
        """How many there are by now, and the last one's id. Reads the database, for as long as it takes."""
        if self.player_ids is not None:
            return len(self.player_ids), ""
        found = self._players().aggregate(total=Count("id"), last=Max("id"))
        return found["total"], found["last"] or ""

    def _players(self) -> "QuerySet[Player]":
        players = Player.objects.filter(stage_id=self.stage_id)
        return players if self.query is None else players.filter(self.query.to_q())


def audience_of(broadcast: Broadcast, config: GameConfig) -> Audience:
    if broadcast.audience == Broadcast.Audience.PLAYERS:
        return Audience(broadcast.stage_id, msgspec.json.decode(broadcast.player_ids))
    if broadcast.audience == Broadcast.Audience.ALL:
        return Audience(broadcast.stage_id, last_id=broadcast.last_id)
    query = config.sections["segmentQueries"].get(broadcast.query)
    if query is None:
        logger.error("the segment query %s is gone: nobody more gets its message", broadcast.query)
        return Audience(broadcast.stage_id, [])
    return Audience(broadcast.stage_id, query=query, last_id=broadcast.last_id)
