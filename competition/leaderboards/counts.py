"""Ranks without reading through a board: entries are counted in buckets, which lie between two places.

Every change of an entry writes where it came from and went to (`BoardMove`), in its own transaction and
without touching a row that another post touches; `folding` adds these up into the buckets later. How many
stand before a place is the buckets before its own, the moves before its own bucket, and what an index counts
of its own bucket: always exactly what the same transaction would find by counting all entries.
"""

from collections.abc import Iterable, Sequence

from django.db import connection

from realtime.sql import given, given_values

AT_ONCE = 2000

_LOW = """(SELECT coalesce(max(low), '') FROM competition_boardbucket
 WHERE instance_id = {instance} AND low <= {place})"""

# The number of entries before each given place of each given instance.
_BEFORE = f"""
 (SELECT coalesce(sum(amount), 0) FROM competition_boardbucket
  WHERE instance_id = g.instance AND low < g.low)
 + (SELECT coalesce(sum(amount), 0) FROM competition_boardmove
  WHERE instance_id = g.instance AND place < g.low)
 + (SELECT count(*) FROM competition_boardentry
  WHERE instance_id = g.instance AND place >= g.low AND place < g.at)
FROM (SELECT place AS number, instance, at, {_LOW.format(instance="instance", place="at")} AS low
 FROM {given("v", instance="bigint", at="text")}) g ORDER BY g.number
"""

_COUNT = """
 (SELECT coalesce(sum(amount), 0) FROM competition_boardbucket WHERE instance_id = %s)
 + (SELECT coalesce(sum(amount), 0) FROM competition_boardmove WHERE instance_id = %s)
"""
_MOVED = f"""
INSERT INTO competition_boardmove (instance_id, place, amount)
SELECT instance, at, amount FROM {given("m", instance="bigint", at="text", amount="smallint")}
"""
_AHEAD, _COUNT_AHEAD = f"SELECT {_BEFORE}", f"SELECT {_COUNT}, {_BEFORE}"


def count(instance_id: int) -> int:
    """The number of entries."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_COUNT}", [instance_id, instance_id])
        return int(cursor.fetchone()[0])


def ahead(instance_id: int, places: Sequence[str]) -> list[int]:
    """How many entries stand before each of the places, which need not be entries' own."""
    return ahead_in([(instance_id, each) for each in places])


def ahead_in(places: Sequence[tuple[int, str]]) -> list[int]:
    """The same on several lists at once: each place with its list."""
    if not places:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_AHEAD, given_values(places))
        return [int(number) for (number,) in cursor.fetchall()]


def count_ahead(instance_id: int, places: Sequence[str]) -> tuple[int, list[int]]:
    """The number of entries, and how many of them stand before each of the places, one at least."""
    asked = given_values([(instance_id, each) for each in places])
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_AHEAD, [instance_id, instance_id, *asked])
        rows = cursor.fetchall()
    return int(rows[0][0]), [int(before) for _, before in rows]


def moved(changes: Iterable[tuple[int, str, int]]) -> None:
    """Note that entries came to a place (1) or left it (-1): instance, place, amount."""
    rows = list(changes)
    with connection.cursor() as cursor:
        for start in range(0, len(rows), AT_ONCE):
            cursor.execute(_MOVED, given_values(rows[start : start + AT_ONCE]))
