"""How many copies wait at each stage, and since when: looked at once a minute, never by a page."""

from django.db import connection

from protocol.dates import now_ms
from realtime import database
from realtime.tally import OLDEST, WAITING, count
from realtime.worker import job

LOOKED_AT = 100_000  # copies; what stands behind them is not counted, and the figure says "100,000+"

# The literal, since it is the index's condition: the rows are read from there alone.
_LOOK = f"""
SELECT player.stage_id, COUNT(*), MIN(copy.created_ms)
FROM (
    SELECT player_id, created_ms FROM messaging_playermessage
    WHERE state = 'waiting' ORDER BY player_id, created_ms, id LIMIT {LOOKED_AT}
) copy JOIN players_player player ON player.id = copy.player_id
GROUP BY player.stage_id
"""


@job("messaging.waiting_tally", every=60.0)
async def tally_waiting() -> None:
    now = now_ms()
    for stage_id, copies, oldest_ms in await database.look(look):
        count(stage_id, WAITING, by=copies)
        count(stage_id, OLDEST, by=max(0, now - oldest_ms))


def look() -> list[tuple[int, int, int]]:
    """Of each stage where some wait: how many, and when the oldest of them was made."""
    with connection.cursor() as cursor:
        cursor.execute(_LOOK)
        return list(cursor.fetchall())
