from benchmarks.faults import restarts
from benchmarks.faults.world import World


async def test_nothing_is_lost_by_a_restart_under_load(world: World) -> None:
    assert (await restarts.run(world)).lost == 0
