"""The entry of a given rank, found by the buckets: no depth of a board is skipped through.

As in `counts`, what the buckets have not counted yet is in the moves. The last bucket that begins at or
before the rank is looked up by their sums, and the rest of the way, within this one bucket, in an index.
Entries that are to be left out count as if they had moved away.
"""

from collections.abc import Sequence

from django.db import connection

from realtime.sql import given, given_values

_LEFT_OUT = given("l", gone="text")


def _statement(more_moves: str = "", condition: str = "") -> str:
    return f"""
WITH bucket AS (
 SELECT low, before FROM (
  SELECT at AS low, is_bucket,
   sum(amount) OVER (ORDER BY at, is_bucket DESC ROWS UNBOUNDED PRECEDING) - amount AS before
  FROM (SELECT low AS at, amount, 1 AS is_bucket FROM competition_boardbucket WHERE instance_id = %s
   UNION ALL SELECT place, amount, 0 FROM competition_boardmove WHERE instance_id = %s {more_moves}) counted
 ) summed WHERE is_bucket = 1 AND before <= %s ORDER BY low DESC LIMIT 1
)
SELECT place FROM competition_boardentry
WHERE instance_id = %s AND place >= coalesce((SELECT low FROM bucket), '') {condition}
ORDER BY place LIMIT 1 OFFSET (SELECT %s - coalesce((SELECT before FROM bucket), 0))
"""


_PLACE = _statement()
_PLACE_WITHOUT = _statement(
    f"UNION ALL SELECT l.gone, -1, 0 FROM {_LEFT_OUT}", f"AND place NOT IN (SELECT l.gone FROM {_LEFT_OUT})"
)


def place_at(instance_id: int, ahead: int, left_out: Sequence[str] = ()) -> str | None:
    """The place of the entry before which exactly so many stand; None if there are no more than these.
    `left_out` are places of entries that do not count."""
    counted, rest = [instance_id, instance_id], [instance_id]
    with connection.cursor() as cursor:
        if left_out:
            given_places = given_values([(place,) for place in left_out])
            cursor.execute(_PLACE_WITHOUT, [*counted, *given_places, ahead, *rest, *given_places, ahead])
        else:
            cursor.execute(_PLACE, [*counted, ahead, *rest, ahead])
        row = cursor.fetchone()
    return None if row is None else str(row[0])
