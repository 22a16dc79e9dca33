"""A reader that stops reading is sent 64 MB: it must cost nobody else anything, and get it all in the end.

Five hundred others get messages at a steady rate meanwhile. What they feel is compared with what they feel
while the same megabytes go to a reader that reads. Whatever else the machine does shows in a p99 too, so the
two take turns, and their medians are compared. The moment at which the reader is ended, and all that it was
sent is decided again, is held against the same bound.
"""

import asyncio
from dataclasses import dataclass, field
from statistics import median

from benchmarks.faults.others import Others, p99
from benchmarks.faults.outcome import FaultFailed, Outcome
from benchmarks.faults.stalled import MESSAGE, Large, Memory, Stalled
from benchmarks.faults.world import FaultServer, World

TITLE = "reader with a 4 KB buffer that stops reading and is sent 64 MB"
LARGEST_GROWTH = 8 * 1024 * 1024
LARGEST_RATIO = 1.2


@dataclass(frozen=True, slots=True)
class Size:
    """`seconds` of one turn, in which `messages` large ones go out; `stalled` ends the reader, somewhere in
    the `ending` seconds that are looked at."""

    turns: int
    messages: int
    seconds: float
    others: int
    rate: float
    stalled: float
    ending: float


FULL = Size(turns=5, messages=710, seconds=24, others=500, rate=150, stalled=60, ending=8)
SHORT = Size(turns=1, messages=110, seconds=3, others=40, rate=60, stalled=3, ending=2)


@dataclass(slots=True)
class Felt:
    """The others' p99 of each turn: beside a reader that reads, one that stopped, and one that is ended."""

    reading: list[float] = field(default_factory=list)
    stopped: list[float] = field(default_factory=list)
    ended: list[float] = field(default_factory=list)

    def multiple(self, turns: list[float]) -> float:
        return median(turns) / median(self.reading)


@dataclass
class Turns:
    world: World
    server: FaultServer
    size: Size
    others: Others
    large: Large
    felt: Felt = field(default_factory=Felt)
    stalled: list[Stalled] = field(default_factory=list)
    growth: int = 0

    async def reading(self) -> None:
        reader = await self.world.player(self.server)
        latencies, _ = await asyncio.gather(
            self.others.send(self.size.rate, self.size.seconds), self.large.send(reader)
        )
        self.felt.reading.append(p99(latencies))
        await reader.close()

    async def stopping(self) -> None:
        size, stalled = self.size, await Stalled.begin(self.world, self.server)
        self.stalled.append(stalled)
        async with Memory(self.server) as memory:
            latencies, _ = await asyncio.gather(
                self.others.send(size.rate, size.seconds), self.large.send(stalled.player)
            )
            self.felt.stopped.append(p99(latencies))
            await asyncio.sleep(size.stalled - size.seconds - size.ending / 2)
            latencies, _ = await asyncio.gather(
                self.others.send(size.rate, size.ending), stalled.ended(size.stalled)
            )
            self.felt.ended.append(p99(latencies))
        self.growth = max(self.growth, memory.growth)


async def run(world: World) -> Outcome:
    size = SHORT if world.short else FULL
    server = await world.server(FLINT_STALLED_SECONDS=str(size.stalled), SMALL_CACHE=str(int(world.short)))
    others = await Others.prepare(world, server, size.others)
    turns = Turns(world, server, size, others, await Large.prepare(server, size.messages, size.seconds))
    for _ in range(size.turns):
        await turns.reading()
        await turns.stopping()
    lost = sum([await each.returns(size.messages) for each in turns.stalled])
    outcome = Outcome(size.messages * size.turns, lost, figures=_figures(turns))
    if turns.growth > LARGEST_GROWTH:
        raise FaultFailed(f"the server grew too much: {outcome.figures}")
    if not world.short and _worst(turns.felt) > LARGEST_RATIO:
        raise FaultFailed(f"the others felt it: {outcome.figures}")
    return outcome


def _worst(felt: Felt) -> float:
    return max(felt.multiple(felt.stopped), felt.multiple(felt.ended))


def _figures(turns: Turns) -> dict[str, float | int | str]:
    felt, seconds = turns.felt, [each.seconds for each in turns.stalled]
    return {
        "MB sent to it": round(turns.size.messages * len(MESSAGE) / 2**20, 1),
        "ended after, s": round(max(seconds), 1),
        "server grew, MB": round(turns.growth / 2**20, 1),
        f"p99 of {turns.size.others} others, ms": round(median(felt.stopped) * 1000, 1),
        "p99 as a multiple": round(felt.multiple(felt.stopped), 2),
        "p99 as a multiple, while it is ended": round(felt.multiple(felt.ended), 2),
        "turns": turns.size.turns,
    }
