"""Sending what is due: a lane for each provider of each stage, each with its own bounds."""

import asyncio
import contextlib
from typing import NamedTuple

from push.claims import LaneKey, due_lanes
from push.lanes import Lane
from realtime import database

PATIENCE = 1.0  # seconds that sends in flight have to finish when the process ends


class Sender:
    """All lanes of one process. Made and used on one event loop."""

    def __init__(self) -> None:
        self._lanes: dict[LaneKey, Lane] = {}

    async def send_due(self) -> None:
        """Set every lane with something due going; does not wait for what they send."""
        for key in await database.run(due_lanes):
            lane = self._lanes.get(key)
            if lane is None:
                lane = self._lanes[key] = Lane(key)
            lane.start()

    async def idle(self) -> None:
        """Wait until no lane has work under way."""
        while running := [lane for lane in self._lanes.values() if lane.busy]:
            await running[0].idle()

    async def stop(self) -> None:
        """Claim nothing more; give what is in flight a moment. What is cut off is claimed again later."""
        for lane in self._lanes.values():
            lane.stop()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await self.idle()
        for lane in self._lanes.values():
            await lane.close()
        self._lanes.clear()


class _Current(NamedTuple):
    loop: asyncio.AbstractEventLoop
    sender: Sender


_current: list[_Current] = []


def sender() -> Sender:
    """The sender of the running loop."""
    loop = asyncio.get_running_loop()
    if not _current or _current[0].loop is not loop:
        _current[:] = [_Current(loop, Sender())]
    return _current[0].sender


async def stop() -> None:
    if _current and _current[0].loop is asyncio.get_running_loop():
        await _current.pop().sender.stop()
