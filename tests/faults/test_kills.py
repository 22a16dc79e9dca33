import asyncio
import signal

import pytest

from benchmarks.faults import kills
from benchmarks.faults.hook.failpoints import POINTS
from benchmarks.faults.load import Load
from benchmarks.faults.world import World


async def test_nothing_is_lost_by_kill_9_under_load(world: World) -> None:
    outcome = await kills.run(world)
    assert outcome.lost == 0
    assert (outcome.figures["kills"], outcome.figures["at failpoints"]) == (3, 2)


def test_kills_are_planned_at_every_failpoint() -> None:
    assert set(kills.FAILPOINTS) == set(POINTS)
    assert [kills.plan(20).count(place) for place in POINTS] == [1, 1, 1, 1]
    assert kills.plan(3) == ["", "after_write", "after_commit"]


@pytest.mark.parametrize("place", ["before_flush", "before_confirm"])
async def test_nothing_is_lost_at_the_other_failpoints(world: World, place: str) -> None:
    server = await world.server(start=False)
    await server.begin(f"{place}:3")
    load = await Load.prepare(world, server, senders=2, recipients=1)
    async with load.run():
        await server.ended()
    assert server.process is not None
    assert server.process.returncode == -signal.SIGKILL
    await server.begin()
    await asyncio.gather(load.come_back())
    assert (await load.settle()).lost == 0
