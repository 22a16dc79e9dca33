"""A reader that stops reading is sent 64 MB: it must cost nobody else anything, and get it all in the end.

Five hundred others get messages at a steady rate meanwhile. What they feel is compared with what they feel
while the same megabytes go to a reader that reads: the quietest round of each, since whatever else the
machine does shows in a p99 first.
"""

import asyncio
from dataclasses import dataclass

from benchmarks.faults.others import Others, p99
from benchmarks.faults.outcome import FaultFailed, Outcome
from benchmarks.faults.stalled import MESSAGE, Large, Memory, Stalled
from benchmarks.faults.world import World

TITLE = "reader with a 4 KB buffer that stops reading and is sent 64 MB"
LARGEST_GROWTH = 8 * 1024 * 1024
LARGEST_RATIO = 1.2


@dataclass(frozen=True, slots=True)
class Size:
    """`seconds` of one round, in which `messages` large ones go out; `stalled` ends the reader."""

    rounds: int
    messages: int
    seconds: float
    others: int
    rate: float
    stalled: float


FULL = Size(rounds=3, messages=710, seconds=24, others=500, rate=150, stalled=60)
SHORT = Size(rounds=1, messages=110, seconds=3, others=40, rate=60, stalled=3)


async def run(world: World) -> Outcome:
    size = SHORT if world.short else FULL
    server = await world.server(FLINT_STALLED_SECONDS=str(size.stalled), SMALL_CACHE=str(int(world.short)))
    others = await Others.prepare(world, server, size.others)
    large = await Large.prepare(server, size.messages, size.seconds)
    beside_reader: list[float] = []
    beside_stalled: list[float] = []
    stalled: list[Stalled] = []
    growth = 0
    for _ in range(size.rounds):
        reader = await world.player(server)
        latencies, _ = await asyncio.gather(others.send(size.rate, size.seconds), large.send(reader))
        beside_reader.append(p99(latencies))
        await reader.close()
        stalled.append(await Stalled.begin(world, server))
        async with Memory(server) as memory:
            sending = large.send(stalled[-1].player)
            latencies, _ = await asyncio.gather(others.send(size.rate, size.seconds), sending)
        beside_stalled.append(p99(latencies))
        growth = max(growth, memory.growth)
    lost = sum([await each.end(size.messages, size.stalled) for each in stalled])
    felt, compared = min(beside_stalled), min(beside_reader)
    outcome = Outcome(size.messages * size.rounds, lost)
    outcome.figures = {
        "MB sent to it": round(size.messages * len(MESSAGE) / 2**20, 1),
        "ended after, s": round(max(each.seconds for each in stalled), 1),
        "server grew, MB": round(growth / 2**20, 1),
        f"p99 of {size.others} others, ms": round(felt * 1000, 1),
        "p99 as a multiple": round(felt / compared, 2),
    }
    if growth > LARGEST_GROWTH:
        raise FaultFailed(f"the server grew too much: {outcome.figures}")
    if not world.short and felt > compared * LARGEST_RATIO:
        raise FaultFailed(f"the others felt it: {outcome.figures}")
    return outcome
