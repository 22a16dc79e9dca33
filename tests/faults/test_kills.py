import asyncio
import signal

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


async def test_nothing_is_lost_at_the_other_failpoints(world: World) -> None:
    server = await world.server()
    load = await Load.prepare(world, server, senders=2, recipients=1)
    await asyncio.to_thread(server.kill)
    for place in ("before_flush:20", "before_confirm:3"):
        await server.begin(place)
        await load.come_back()
        async with load.run():
            await server.ended()
        assert server.process is not None
        assert server.process.returncode == -signal.SIGKILL
    await server.begin()
    await load.come_back()
    assert (await load.settle()).lost == 0
