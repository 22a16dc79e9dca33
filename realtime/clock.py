"""The time that all processes agree on: the database server's, where there is one.

The clocks of two machines may differ by anything, and what one writes as due the other has to find due. So
each process looks how far its machine is off, and `protocol.dates.now_ms` is corrected by that. Leases and
rates that span processes ask the server itself.
"""

import logging

from django.db import Error as DatabaseError
from django.db import connection

from protocol import dates, ids
from realtime import database, metrics
from realtime.sql import SQLITE
from realtime.worker import job

logger = logging.getLogger("flint.realtime")

EVERY = 10.0  # seconds
TOLERATED_MS = 1000  # what clocks that are kept right may be apart
_SERVER_MS = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint"


def shared_ms() -> int:
    """Milliseconds since 1970. Asks the database, but for SQLite, whose processes share a machine."""
    if SQLITE:
        return dates.now_ms()
    with connection.cursor() as cursor:
        cursor.execute(_SERVER_MS)
        return int(cursor.fetchone()[0])


async def keep_right() -> None:
    """Correct this process's time by the database's: before it makes a message's id, and from then on."""
    if SQLITE:
        return
    try:
        ahead, took = await database.run(_ahead)
    except DatabaseError:
        return  # another time, then
    if took < TOLERATED_MS:  # else the answer was under way for too long to tell
        _correct(ahead if abs(ahead) >= TOLERATED_MS else 0)


job("realtime.clock", every=EVERY, everywhere=True)(keep_right)


def _correct(ahead: int) -> None:
    change = ahead - dates.correction_ms()
    dates.correct(ahead)
    metrics.clock_error.set(abs(ahead) / 1000)
    if change <= -TOLERATED_MS:
        ids.restart()
    if abs(change) >= TOLERATED_MS:
        _tell(ahead)


def _ahead() -> tuple[int, int]:
    """How far the server's clock is ahead of the machine's, and how long its answer took, in milliseconds."""
    before = dates.machine_ms()
    there = shared_ms()
    after = dates.machine_ms()
    return there - (before + after) // 2, after - before


def _tell(ahead: int) -> None:
    if ahead:
        how = "behind" if ahead > 0 else "ahead of"
        logger.warning(
            "this machine's clock is %.0f s %s the database's, by which Flint goes", abs(ahead) / 1000, how
        )
    else:
        logger.info("this machine's clock agrees with the database's again")
