"""Moves are added up into the buckets, and buckets kept at a size that an index counts quickly.

One at a time works on a board, by a lock on its row that no post waits for. What it cannot see yet, of
transactions still under way, stays a move.
"""

from collections import Counter

from django.db import connection, transaction
from django.db.models import F

from competition.models import BoardBucket, BoardEntry, BoardInstance, BoardMove
from realtime.sql import SQLITE

BUCKET = 2000  # entries of a new one; at twice that it is split, at a quarter joined to the one before
AT_ONCE = 2000
BOARDS_AT_ONCE = 20

# Each pending move with its bucket; none where the board has no buckets yet.
_PENDING = f"""
SELECT m.id, m.amount, (SELECT max(low) FROM competition_boardbucket
 WHERE instance_id = m.instance_id AND low <= m.place)
FROM (SELECT * FROM competition_boardmove WHERE instance_id = %s ORDER BY id LIMIT {AT_ONCE}) m
"""

# Those of a range that buckets have counted: all but the moves, by one statement and so at one moment.
_COUNTED = """
SELECT (SELECT count(*) FROM competition_boardentry WHERE instance_id = %s AND place >= %s AND place < %s)
 - (SELECT coalesce(sum(amount), 0) FROM competition_boardmove
  WHERE instance_id = %s AND place >= %s AND place < %s)
"""
_END = "~"  # behind every place


def fold_all() -> bool:
    """Work on some boards with moves, those that have waited longest first. Whether there is more to do."""
    waiting = BoardMove.objects.order_by("id").values_list("instance_id", flat=True)[:AT_ONCE]
    boards = list(dict.fromkeys(waiting))
    more = [fold(instance_id) for instance_id in boards[:BOARDS_AT_ONCE]]
    return any(more) or len(boards) > BOARDS_AT_ONCE


def fold(instance_id: int) -> bool:
    """Whether so many moves were found that there may be more. Somebody else's board is left to them."""
    with transaction.atomic():
        if not _claim(instance_id):
            return False
        found = _add_up(instance_id)
        _resize(instance_id)
    return found == AT_ONCE


def rebuild(instance_id: int) -> None:
    """Make the buckets anew from the entries, whatever they said before."""
    with transaction.atomic():
        BoardInstance.objects.select_for_update(no_key=True).get(pk=instance_id)
        BoardBucket.objects.filter(instance=instance_id).delete()
        _first_bucket(instance_id, _counted(instance_id, "", _END))
        _resize(instance_id)


def _claim(instance_id: int) -> bool:
    rows = BoardInstance.objects.filter(pk=instance_id)
    return rows.select_for_update(no_key=True, skip_locked=not SQLITE).first() is not None


def _add_up(instance_id: int) -> int:
    """The number of moves that were added to their buckets."""
    with connection.cursor() as cursor:
        cursor.execute(_PENDING, [instance_id])
        moves = cursor.fetchall()
    if not BoardBucket.objects.filter(instance=instance_id, low="").exists():
        _first_bucket(instance_id, 0)
    amounts: Counter[str] = Counter()
    for _, amount, low in moves:
        amounts[low or ""] += amount
    for low, amount in sorted(amounts.items()):
        if amount:
            BoardBucket.objects.filter(instance=instance_id, low=low).update(amount=F("amount") + amount)
    BoardMove.objects.filter(pk__in=[move for move, _, _ in moves]).delete()
    return len(moves)


def _first_bucket(instance_id: int, amount: int) -> None:
    BoardBucket.objects.create(instance_id=instance_id, low="", amount=amount)


def _resize(instance_id: int) -> None:
    buckets = BoardBucket.objects.filter(instance=instance_id)
    for large in buckets.filter(amount__gte=2 * BUCKET).order_by("low"):
        _split(large)
    for small in buckets.filter(amount__lt=BUCKET // 4).exclude(low="").order_by("low"):
        _join(small)


def _split(bucket: BoardBucket) -> None:
    """Into buckets of the usual size, the rest in the last one."""
    after = BoardBucket.objects.filter(instance=bucket.instance_id, low__gt=bucket.low).order_by("low")
    end = after.values_list("low", flat=True).first() or _END
    low, amount = bucket.low, bucket.amount
    while amount >= 2 * BUCKET:
        inside = BoardEntry.objects.filter(instance=bucket.instance_id, place__gte=low, place__lt=end)
        middle = inside.order_by("place").values_list("place", flat=True)[BUCKET : BUCKET + 1].first()
        if middle is None:
            break
        counted = _counted(bucket.instance_id, low, middle)
        _set(bucket.instance_id, low, counted)
        low, amount = middle, amount - counted
        BoardBucket.objects.create(instance_id=bucket.instance_id, low=low, amount=amount)


def _set(instance_id: int, low: str, amount: int) -> None:
    BoardBucket.objects.filter(instance=instance_id, low=low).update(amount=amount)


def _join(bucket: BoardBucket) -> None:
    before = BoardBucket.objects.filter(instance=bucket.instance_id, low__lt=bucket.low).order_by("-low")
    previous = before.first()
    if previous is not None:
        BoardBucket.objects.filter(pk=previous.pk).update(amount=F("amount") + bucket.amount)
        bucket.delete()


def _counted(instance_id: int, low: str, end: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, [instance_id, low, end, instance_id, low, end])
        return int(cursor.fetchone()[0])
