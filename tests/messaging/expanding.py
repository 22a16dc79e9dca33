"""Expands broadcasts the way a worker does, in the test's own loop."""

from games.models import Stage
from messaging.expansion import expand_due
from messaging.expansion_chunks import (
    Chunk,
    Expansion,
    begin,
    count_audience,
    make_chunk,
    read_page,
    store_chunk,
)
from messaging.expansion_claims import claim_due, release
from messaging.models import Broadcast, PlayerMessage
from players.models import Player


def add_players(stage: Stage, count: int, prefix: str = "p") -> list[Player]:
    """In order of id."""
    players = [
        Player(stage=stage, user_name=f"{prefix}{number}", display_name="", created_ms=1)
        for number in range(count)
    ]
    return Player.objects.bulk_create(players)


async def expand_all() -> None:
    """Until no broadcast is due."""
    while await expand_due():
        pass


def claimed() -> Expansion:
    """The broadcast that is due first, claimed."""
    (claim,) = claim_due(1)
    return begin(claim)


def next_chunk(expansion: Expansion) -> Chunk:
    """Made as if nobody were online."""
    page = read_page(expansion, expansion.cursor, expansion.next_size(expansion.progress))
    return make_chunk(expansion, page, frozenset())


def store_next(expansion: Expansion) -> Chunk | None:
    """The next chunk, stored and not delivered; None when the broadcast is not ours to expand."""
    chunk = next_chunk(expansion)
    return chunk if store_chunk(expansion, chunk) else None


def expand() -> None:
    """What a worker does with the broadcast that is due, until it has to wait."""
    expansion = claimed()
    if expansion.progress.total is None:
        count_audience(expansion)
    while expansion.progress.state == "expanding" and store_next(expansion):
        pass
    release(expansion.claim, expansion.cursor)


def receivers() -> list[str]:
    """The players who have a copy, each as often as they have one."""
    return sorted(PlayerMessage.objects.values_list("player_id", flat=True))


def state() -> tuple[str, int, int]:
    """Of the only broadcast: its state, how many are expanded, how many failed."""
    row = Broadcast.objects.get()
    return row.state, row.expanded, row.failed
