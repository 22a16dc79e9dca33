"""`Spark.getCache()`: JSON by key, for a stage's runs in all processes; what was long unused goes first."""

from django.db import connection

from cloudcode.models import CacheEntry
from games.models import Game
from protocol.dates import now_ms

MOST_ENTRIES = 10_000  # of a stage, and
MOST_CHARACTERS = 64 * 1024 * 1024  # that they hold together
RIGHT_TO_MS = 60_000

_TRIM = """
DELETE FROM cloudcode_cacheentry WHERE id IN (
    SELECT id FROM (
        SELECT id, row_number() OVER used AS place, sum(size) OVER used AS characters
        FROM cloudcode_cacheentry WHERE stage_id = %s
        WINDOW used AS (ORDER BY used_ms DESC, id DESC)
    ) ranked WHERE place > %s OR characters > %s
)
"""


def get(stage_id: int, key: str) -> str | None:
    """JSON, or None."""
    row = CacheEntry.objects.filter(stage_id=stage_id, key=key).values_list("pk", "value", "used_ms").first()
    if row is None:
        return None
    pk, value, used_ms = row
    if used_ms < (now := now_ms()) - RIGHT_TO_MS:
        CacheEntry.objects.filter(pk=pk).update(used_ms=now)
    return value


def put(stage_id: int, key: str, value: str) -> None:
    row = CacheEntry(stage_id=stage_id, key=key, value=value, size=len(value), used_ms=now_ms())
    CacheEntry.objects.bulk_create(
        [row],
        update_conflicts=True,
        update_fields=["value", "size", "used_ms"],
        unique_fields=["stage", "key"],
    )


def keys(stage_id: int) -> list[str]:
    rows = CacheEntry.objects.filter(stage_id=stage_id).order_by("-used_ms")
    return list(rows.values_list("key", flat=True)[:MOST_ENTRIES])


def remove(stage_id: int, names: list[str]) -> None:
    CacheEntry.objects.filter(stage_id=stage_id, key__in=names).delete()


def clear(stage_id: int) -> None:
    CacheEntry.objects.filter(stage_id=stage_id).delete()


def clear_game(game: Game) -> None:
    """Both stages'."""
    CacheEntry.objects.filter(stage__game=game).delete()


def trim() -> None:
    """Every stage's cache is as large as it may be."""
    for stage_id in CacheEntry.objects.order_by("stage").values_list("stage_id", flat=True).distinct():
        with connection.cursor() as cursor:
            cursor.execute(_TRIM, [stage_id, MOST_ENTRIES, MOST_CHARACTERS])
