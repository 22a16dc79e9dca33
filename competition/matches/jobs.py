"""The timers of matchmaking, and what is forgotten."""

import asyncio
import logging

from competition.matches.bringing import bring, due_pools, next_due
from competition.matches.moment import now_ms
from competition.matches.open_matches import note_absent
from competition.matches.pools import JOB
from competition.matches.retention import forget_old
from realtime import database
from realtime.worker import job, wake

logger = logging.getLogger("flint.competition")

EVERY = 1.0  # seconds
BUSY = 0.1  # seconds until another look, while another worker is at what is due


@job(JOB, every=EVERY)
async def bring_due() -> bool:
    """Let happen what is due, pool by pool, and look again at the moment when something is due next.

    Whatever is wrong with one pool holds up no other: it stays due, and comes again with the job.
    """
    brought = failed = False
    for pool_id in await database.run(due_pools, now_ms()):
        try:
            run = await database.run(bring, pool_id, now_ms())
        except Exception:
            logger.exception("pool %s cannot be brought up to date; it is looked at again later", pool_id)
            failed = True
            continue
        if run is not None:
            brought = True
            await run.flush()
    due_ms = None if failed else await database.run(next_due)
    if due_ms is None:
        return False
    wait = (due_ms - now_ms()) / 1000
    if wait <= 0 and brought:
        return True
    if wait < EVERY:
        asyncio.get_running_loop().call_later(max(wait, 0.0 if brought else BUSY), wake, JOB)
    return False


@job("competition.match_presence", every=15.0)
async def look_for_absent() -> None:
    """Whoever is gone without having been seen to leave."""
    after_id = await database.run(note_absent, "", now_ms())
    while after_id:
        after_id = await database.run(note_absent, after_id, now_ms())


JOBS = [("competition.forget_matches", 3600.0, forget_old)]
