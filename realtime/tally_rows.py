"""The rows of what was counted: written by each process, gathered by the hour, dropped when they are old."""

from collections.abc import Mapping

from django.db import connection, transaction
from django.db.models import Max

from protocol.dates import now_ms
from realtime.models import StageTally, TallyWriter
from realtime.old_rows import delete_old
from realtime.sql import given, given_values
from realtime.tally import PEAKS, Key

HOUR_MS = 3600 * 1000
DAY_MS = 24 * HOUR_MS
KEEP_MINUTES_MS = 3 * DAY_MS  # two ranges of a day, the second to compare with the first
KEEP_HOURS_MS = 62 * DAY_MS  # two of 30 days
GATHERED_MS = 2 * DAY_MS  # how far back hours are made: their minutes are all there still
ROWS_A_RUN = 5000

_COLUMNS = {"at_ms": "bigint", "stage_id": "integer", "measure": "text", "name": "text", "code": "text"}
_KEY = "stage_id, span, at_ms, measure, name, code"
_IS_PEAK = f"measure IN {PEAKS!r}"
_LARGER = "CASE WHEN excluded.number > t.number THEN excluded.number ELSE t.number END"

# A number that grows by one with each write: a write whose answer was lost is found to be there.
_TAKE_TURN = """
INSERT INTO realtime_tallywriter AS t (id, number, at_ms) VALUES (%s, %s, %s)
ON CONFLICT (id) DO UPDATE SET number = excluded.number, at_ms = excluded.at_ms
WHERE t.number < excluded.number
"""
# Of stages that are still there; in one order of keys, so that no two processes wait for each other.
_ADD = f"""
INSERT INTO realtime_stagetally AS t ({_KEY}, number)
SELECT stage_id, 'minute', at_ms, measure, counted.name, code, added
FROM {given("counted", **_COLUMNS, added="bigint")} JOIN games_stage ON games_stage.id = stage_id
ORDER BY stage_id, at_ms, measure, counted.name, code
ON CONFLICT ({_KEY}) DO UPDATE SET
number = CASE WHEN excluded.{_IS_PEAK} THEN {_LARGER} ELSE t.number + excluded.number END
"""
# What processes held at once is added up before the largest minute of the hour is looked for.
_GATHER = f"""
INSERT INTO realtime_stagetally AS t ({_KEY}, number)
SELECT stage_id, 'hour', hour, measure, name, code, CASE WHEN {_IS_PEAK} THEN largest ELSE total END
FROM (
    SELECT stage_id, at_ms - at_ms %% {HOUR_MS} AS hour, measure, name, code,
        MAX(number) AS largest, SUM(number) AS total
    FROM (
        SELECT stage_id, at_ms, measure, name, CASE WHEN {_IS_PEAK} THEN '' ELSE code END AS code,
            SUM(number) AS number
        FROM realtime_stagetally WHERE span = 'minute' AND at_ms >= %s
        GROUP BY 1, 2, 3, 4, 5
    ) minutes
    GROUP BY 1, 2, 3, 4, 5
) hours
WHERE TRUE
ORDER BY stage_id, hour, measure, name, code
ON CONFLICT ({_KEY}) DO UPDATE SET number = excluded.number
"""


@transaction.atomic
def write(writer: str, number: int, counted: Mapping[Key, int]) -> bool:
    """The writer's write of that number; False, and nothing happens, where it was written already."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_TURN, [writer, number, now_ms()])
        if cursor.rowcount != 1:
            return False
        cursor.execute(_ADD, given_values([(*key, by) for key, by in counted.items()]))
    return True


def gather_hours() -> bool:
    """Make the hours anew that may have changed: whoever does it and however often, they come to the same."""
    now = now_ms()
    latest = (
        StageTally.objects.filter(span=StageTally.Span.HOUR).aggregate(latest=Max("at_ms"))["latest"] or 0
    )
    since = max(min(latest, now - HOUR_MS), now - GATHERED_MS)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_GATHER, [since - since % HOUR_MS])
    return False


def drop_old_minutes() -> bool:
    """Whether there may be more."""
    return delete_old(StageTally, "at_ms", now_ms() - KEEP_MINUTES_MS, ROWS_A_RUN, "span = 'minute'")


def drop_old_hours() -> bool:
    """Whether there may be more."""
    return delete_old(StageTally, "at_ms", now_ms() - KEEP_HOURS_MS, ROWS_A_RUN, "span = 'hour'")


def drop_old_writers() -> bool:
    """Of processes that ended long ago. Whether there may be more."""
    return delete_old(TallyWriter, "at_ms", now_ms() - DAY_MS, ROWS_A_RUN)
