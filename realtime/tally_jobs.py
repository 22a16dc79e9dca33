"""Writes what this process counts, at its end too; and keeps the rows."""

import asyncio
from collections import Counter

from protocol.ids import new_id
from realtime import database, tally
from realtime.registry import registry
from realtime.tally import Key
from realtime.tally_rows import drop_old_hours, drop_old_minutes, drop_old_writers, gather_hours, write
from realtime.worker import job

EVERY = 5.0  # seconds: what a killed process may take along
PLAYERS_A_TURN = 1000


class Writer:
    """A process's. What could not be written is written again, under its number, before what came since."""

    def __init__(self) -> None:
        self._id = ""
        self._number = 0
        self._pending: dict[Key, int] = {}

    @property
    def id(self) -> str:
        """Made when it is first asked for: processes may be forked from one that has loaded this."""
        self._id = self._id or new_id()
        return self._id

    async def write_all(self) -> None:
        while self._pending or self._take():
            await database.run(write, self.id, self._number, self._pending)
            self._pending = {}

    def _take(self) -> bool:
        self._pending = tally.take()
        self._number += bool(self._pending)
        return bool(self._pending)


writer = Writer()


@job("realtime.write_tally", every=EVERY, everywhere=True)
async def write_tally() -> None:
    for stage_id, players in (await online_here()).items():
        tally.count(stage_id, tally.ONLINE, code=writer.id, by=players)
    await writer.write_all()


async def finish() -> None:
    """The process ends."""
    await writer.write_all()


async def online_here() -> Counter[int]:
    """How many players of each stage have a socket of this process that answers."""
    online: Counter[int] = Counter()
    for number, player_id in enumerate(registry.players(), 1):
        answering = (each for each in registry.of(player_id) if not each.silent)
        connection = next(answering, None)
        if connection is not None:
            online[connection.session.stage_id] += 1
        if number % PLAYERS_A_TURN == 0:
            await asyncio.sleep(0)
    return online


JOBS = [
    ("realtime.gather_hours", 300.0, gather_hours),
    ("realtime.drop_old_minutes", 3600.0, drop_old_minutes),
    ("realtime.drop_old_hours", 3600.0, drop_old_hours),
    ("realtime.drop_old_writers", 3600.0, drop_old_writers),
]
