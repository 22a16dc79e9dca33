from benchmarks.faults import away_players
from benchmarks.faults.world import World


async def test_messages_to_away_players_are_pushed_after_a_kill(world: World) -> None:
    outcome = await away_players.run(world)
    assert (outcome.lost, outcome.repeated) == (0, 0)
