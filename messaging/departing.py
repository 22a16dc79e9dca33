"""Leaves nothing to a player who was deleted, not even what was being stored at that moment.

Copies name their player without a foreign key, which would be half of what storing one costs PostgreSQL. A
player's copies go with the player; what a transaction that had read the player before brings after that is
deleted once none of those can be left.
"""

from collections.abc import Collection

from messaging.models import DepartedPlayer, PlayerMessage
from protocol.dates import now_ms

BATCH = 500
SETTLED_MS = 10 * 60_000  # longer than any statement or turn that may have read the player


def depart(player_ids: Collection[str], deleted: bool) -> None:
    """players.departures' hook, in the transaction that deletes them."""
    if deleted:
        rows = [DepartedPlayer(player_id=player_id) for player_id in player_ids]
        DepartedPlayer.objects.bulk_create(rows, ignore_conflicts=True)


def forget_departed() -> bool:
    """One batch; True while there is more to do."""
    settled = DepartedPlayer.objects.filter(at_ms__lte=now_ms() - SETTLED_MS).order_by("at_ms")
    gone = list(settled.values_list("player_id", flat=True)[:BATCH])
    late = list(PlayerMessage.objects.filter(player_id__in=gone).values_list("id", flat=True)[:BATCH])
    PlayerMessage.objects.filter(id__in=late).delete()
    if len(late) == BATCH:
        return True
    DepartedPlayer.objects.filter(player_id__in=gone).delete()
    return len(gone) == BATCH
