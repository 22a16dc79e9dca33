"""Somebody else holds the database's write lock, as a backup or a careless script would, and lets go."""

import sqlite3

from benchmarks.faults.outcome import Outcome
from benchmarks.faults.unavailable import Patient
from benchmarks.faults.world import World
from tests.live_database import FILE

TITLE = "write lock held by another process, then let go"
SENDS, SHORT_SENDS = 40, 10


async def run(world: World) -> Outcome:
    server = await world.server()
    patient = await Patient.prepare(world, server)
    await patient.sends(5)
    holder = sqlite3.connect(server.folder / FILE, timeout=10, isolation_level=None)
    try:
        holder.execute("BEGIN IMMEDIATE")
        refused = await patient.refused(SHORT_SENDS if world.short else SENDS)
        holder.execute("ROLLBACK")
    finally:
        holder.close()
    back = await patient.served_again()
    outcome = await patient.settle()
    outcome.figures = {**refused, "served again after, s": back}
    return outcome
