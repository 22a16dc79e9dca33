from benchmarks.faults import slow_reader
from benchmarks.faults.world import World


async def test_reader_that_stops_is_ended_and_gets_everything_at_its_next_log_in(world: World) -> None:
    outcome = await slow_reader.run(world)
    assert (outcome.sent, outcome.lost) == (110, 0)
    print(outcome.figures)
