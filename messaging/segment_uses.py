"""Which messages and broadcasts use a segment or a segment query."""

from collections.abc import Mapping, Sequence
from typing import Any

from games.models import Game
from games.uses import Use
from messaging.models import Broadcast, MessageType
from players.segment_uses import Found, Part

MOST = 50  # broadcasts that are listed


def message_uses(game: Game, parts: Sequence[Part]) -> Found:
    """Variants of messages as they are edited now, and broadcasts that go on."""
    rows = MessageType.objects.filter(game=game, removed=False, current__isnull=False)
    for row in rows.select_related("current").order_by("key"):
        for place, variant in enumerate(row.current.variants if row.current else (), 1):
            for part in parts:
                if _asks(variant, part):
                    yield part, Use("message", f"{row.key}, variant {place}", needed=True)
    yield from _broadcasts(game, {part.query: part for part in parts if part.query})


def _asks(variant: Mapping[str, Any], part: Part) -> bool:
    query = variant["segmentQuery"]
    return query == part.query if isinstance(query, str) else part.is_asked_by(query)


def _broadcasts(game: Game, by_code: Mapping[str, Part]) -> Found:
    rows = Broadcast.objects.filter(stage__game=game, ended_ms__isnull=True, query__in=list(by_code))
    for row in rows.select_related("stage").order_by("-message_id")[:MOST]:
        yield by_code[row.query], Use("broadcast", f"{row.message_id} on {row.stage.name}", needed=True)
