"""The server is killed under load, from outside and at places where it hurts most, and started again."""

import asyncio
import random

from benchmarks.faults.load import Load
from benchmarks.faults.outcome import FaultFailed, Outcome
from benchmarks.faults.world import World

TITLE = "kill -9 under load, with durable and plain requests under way"
KILLS, SHORT_KILLS = 20, 3
LEAST_OPEN = 20
# Where (benchmarks.faults.hook.failpoints), and at which time of coming there.
FAILPOINTS = {
    "after_commit": (60, 200),
    "after_write": (200, 600),
    "before_flush": (200, 600),
    "before_confirm": (5, 15),
}
SHORTEST, LONGEST = 0.3, 1.0  # seconds of load before a kill from outside


async def run(world: World) -> Outcome:
    server = await world.server()
    load = await Load.prepare(world, server)
    opens: list[int] = []
    places = plan(SHORT_KILLS if world.short else KILLS)
    for place in places:
        if opens:
            await server.begin(place and f"{place}:{random.randint(*FAILPOINTS[place])}")
            await load.come_back()
        async with load.run():
            if place:
                await server.ended()
            else:
                await asyncio.sleep(random.uniform(SHORTEST, LONGEST))
                await asyncio.to_thread(server.kill)
        opens.append(load.open())
        if opens[-1] < LEAST_OPEN:
            raise FaultFailed(f"only {opens[-1]} requests and rows were open at kill {len(opens)}")
    await server.begin()
    await load.come_back()
    outcome = await load.settle()
    at_failpoints = sum(bool(place) for place in places)
    outcome.figures = {
        "kills": len(places),
        "at failpoints": at_failpoints,
        "open at a kill, least": min(opens),
    }
    return outcome


def plan(kills: int) -> list[str]:
    """Where each kill is made: empty is from outside, as the first one; at least two are at failpoints."""
    chosen = list(FAILPOINTS)[: max(2, kills // 5)]
    places = [""] * kills
    for number, place in enumerate(chosen):
        places[kills - 1 - number * (kills // len(chosen))] = place
    return places
