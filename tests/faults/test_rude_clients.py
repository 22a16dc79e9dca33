from benchmarks.faults import rude_clients
from benchmarks.faults.world import World


async def test_nothing_is_lost_by_clients_that_leave_without_a_goodbye(world: World) -> None:
    assert (await rude_clients.run(world)).lost == 0
