"""Connections to the database before the first client comes.

A process that takes over at a reload says that it is ready once it can answer: opened at the first requests,
connections would come late where hundreds of clients arrive in one moment.
"""

import asyncio
import logging
import threading
import time

from django.db import connection

from realtime import database
from realtime.sql import SQLITE

logger = logging.getLogger("flint.realtime")

WITHIN = 5.0  # seconds after which the process serves all the same
MEET_WITHIN = 2.0
PAUSE = 0.1


async def open_connections() -> None:
    """One for each thread that answers, on PostgreSQL. A database that is away keeps nobody from starting."""
    if SQLITE:
        return
    deadline = time.monotonic() + WITHIN
    while not await _open():
        if time.monotonic() > deadline:
            logger.warning("serving without the database until it answers")
            return
        await asyncio.sleep(PAUSE)


async def _open() -> bool:
    """Whether all could be opened. The jobs wait for each other, so that no thread takes two."""
    everybody = threading.Barrier(database.ANSWERS.size, timeout=MEET_WITHIN)

    def connect() -> None:
        connection.ensure_connection()  # the thread's own: looked up outside, it would be the event loop's
        everybody.wait()

    asked = [database.run(connect) for _ in range(database.ANSWERS.size)]
    return not any(await asyncio.gather(*asked, return_exceptions=True))
