"""The entry of a given rank, found by the buckets: no depth of a board is skipped through.

As in `counts`, what the buckets have not counted yet is in the moves. The last bucket that begins at or
before the rank is looked up by their sums, and the rest of the way, within this one bucket, in an index.
"""

from django.db import connection

_PLACE = """
WITH bucket AS (
 SELECT low, before FROM (
  SELECT at AS low, is_bucket,
   sum(amount) OVER (ORDER BY at, is_bucket DESC ROWS UNBOUNDED PRECEDING) - amount AS before
  FROM (SELECT low AS at, amount, 1 AS is_bucket FROM competition_boardbucket WHERE instance_id = %s
   UNION ALL SELECT place, amount, 0 FROM competition_boardmove WHERE instance_id = %s) counted
 ) summed WHERE is_bucket = 1 AND before <= %s ORDER BY low DESC LIMIT 1
)
SELECT place FROM competition_boardentry
WHERE instance_id = %s AND place >= coalesce((SELECT low FROM bucket), '')
ORDER BY place LIMIT 1 OFFSET (SELECT %s - coalesce((SELECT before FROM bucket), 0))
"""


def place_at(instance_id: int, ahead: int) -> str | None:
    """The place of the entry before which exactly so many stand; None if there are no more than these."""
    with connection.cursor() as cursor:
        cursor.execute(_PLACE, [instance_id, instance_id, ahead, instance_id, ahead])
        row = cursor.fetchone()
    return None if row is None else str(row[0])
