from benchmarks.faults import held_lock
from benchmarks.faults.world import World


async def test_held_lock_refuses_until_it_is_let_go(world: World) -> None:
    outcome = await held_lock.run(world)
    assert (outcome.lost, outcome.figures["refused"]) == (0, 14)
