"""Connections to the database before the first client comes.

A process that takes over at a reload says that it is ready once it can answer: opened at the first requests,
connections would come late where hundreds of clients arrive in one moment.
"""

import asyncio
import logging
import time

from django.db import connection

from realtime import database

logger = logging.getLogger("flint.realtime")

WITHIN = 5.0  # seconds after which the process serves all the same
PAUSE = 0.1


async def open_connections() -> None:
    """One for each thread that answers, on PostgreSQL. A database that is away keeps nobody from starting."""
    if connection.vendor != "postgresql":
        return
    deadline = time.monotonic() + WITHIN
    while not await _open():
        if time.monotonic() > deadline:
            logger.warning("serving without the database until it answers")
            return
        await asyncio.sleep(PAUSE)


async def _open() -> bool:
    """Whether all could be opened. Asked for together, each job is in a thread of its own."""
    asked = [database.run(connection.ensure_connection) for _ in range(database.ANSWERS.size)]
    return not any(await asyncio.gather(*asked, return_exceptions=True))
