"""The work of the database threads that nobody waits for, such as the records of scripts' runs."""

import threading
from concurrent.futures import wait

from realtime import database

WITHIN = 10.0  # seconds; a test that leaves a thread held for longer goes on without


def finish() -> None:
    """Wait for it: a job for each thread, which all meet, so that none takes two.

    What ends between two tests runs into the blocker that pytest-django puts in front of the database: the
    thread's connection is not set back to commit each statement, and nothing that later tests do on it is
    ever committed.
    """
    lanes = (database.ANSWERS, database.BACKGROUND, database.READING)
    pools = [pool for lane in lanes if (pool := database._pools.get(lane.name))]
    for pool in dict.fromkeys(pools):  # a process that undoes its work has one for all
        count = pool._max_workers
        everybody = threading.Barrier(count, timeout=WITHIN)
        wait([pool.submit(everybody.wait) for _ in range(count)])
