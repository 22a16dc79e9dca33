from benchmarks.faults import stopped_client
from benchmarks.faults.world import World


async def test_stopped_client_is_pushed_and_gets_its_messages_when_it_goes_on(world: World) -> None:
    outcome = await stopped_client.run(world)
    assert (outcome.sent, outcome.lost) == (4, 0)
