"""One provider swallows every push and answers nothing: the others' players must not feel it.

What the others feel is compared with what they feel while all providers answer. Whatever else the machine
does shows in a p99 too, so the two take turns, and their medians are compared.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from benchmarks.faults.others import p99, until
from benchmarks.faults.outcome import FaultFailed, Outcome
from benchmarks.faults.pushes.game import number_in
from benchmarks.faults.pushes.installation import Installation, Reader
from benchmarks.faults.pushes.reckoning import reckon, settled
from benchmarks.faults.stalled import Memory
from benchmarks.push_services import Delivered
from push.sim.faults import SERVICES

TITLE = "one push provider is a black hole, then returns"
HOLE = "apns"
LARGEST_GROWTH = 16 * 1024 * 1024
LARGEST_RATIO = 1.2
BACK_WITHIN = 10.0
ARRIVED_WITHIN = 60.0
SETTLED_WITHIN = 240.0  # what was swallowed is tried again, later each time
_COMMITTED = "SELECT id, created_ms FROM messaging_playermessage"


@dataclass(frozen=True, slots=True)
class Size:
    """`seconds` of each half of a turn; `rate` of news a second, each to a reader at every provider."""

    turns: int
    seconds: float
    rate: float


FULL, SHORT = Size(turns=4, seconds=30, rate=12), Size(turns=1, seconds=3, rate=5)


@dataclass
class Turns:
    """`healthy`, `holed`: the numbers of the news of each turn; `back`: seconds until it delivered again."""

    at: Installation
    size: Size
    healthy: list[Sequence[int]] = field(default_factory=list)
    holed: list[Sequence[int]] = field(default_factory=list)
    back: list[float] = field(default_factory=list)
    growth: int = 0

    async def healthy_half(self) -> None:
        self.healthy.append(await self._send())

    async def holed_half(self) -> None:
        self.at.services.fault("black_hole", HOLE)
        async with Memory(self.at.pusher) as memory:
            self.holed.append(await self._send())
        self.growth = max(self.growth, memory.growth)
        self.at.services.recover()
        await self._return()
        await settled(self.at, SETTLED_WITHIN, hurry=self.size is SHORT)

    async def _return(self) -> None:
        """The next push to it arrives, behind all that waited for it and is due."""
        began, seen = time.monotonic(), self.at.services.count()
        number = await self.at.send([each for each in self.at.readers if each.device.provider == HOLE][:1])
        while not any(number_in(each.payload) == number for each in self.at.services.delivered(seen)):
            if time.monotonic() - began > BACK_WITHIN:
                raise FaultFailed(f"nothing is delivered {BACK_WITHIN} s after the provider's return")
            await asyncio.sleep(0.05)
        self.back.append(time.monotonic() - began)

    async def _send(self) -> Sequence[int]:
        """Open loop; until the other providers have it all."""
        began, seen = time.perf_counter(), self.at.services.count()
        numbers: list[int] = []
        for turn in range(int(self.size.rate * self.size.seconds)):
            await asyncio.sleep(max(0, began + turn / self.size.rate - time.perf_counter()))
            numbers.append(await self.at.send(_one_each(self.at.readers, turn)))
        wanted = len(numbers) * (len(SERVICES) - 1)
        await until(
            lambda: len(_others(self.at.services.delivered(seen))) >= wanted,
            ARRIVED_WITHIN,
            "the others' did not arrive",
        )
        return numbers


async def run(at: Installation, short: bool) -> Outcome:
    size = SHORT if short else FULL
    await at.add_readers(SERVICES[number % len(SERVICES)] for number in range(20 * len(SERVICES)))
    turns = Turns(at, size)
    for _ in range(size.turns):
        await turns.healthy_half()
        await turns.holed_half()
    outcome = reckon(at, {})
    healthy, holed = _p99s(at, turns.healthy), _p99s(at, turns.holed)
    outcome.figures = {
        "p99 of the others, ms": round(median(holed), 1),
        "p99 as a multiple": round(median(holed) / median(healthy), 2),
        "delivered again after, s": round(max(turns.back), 1),
        "the process grew, MB": round(turns.growth / 2**20, 1),
        "turns": size.turns,
    }
    if turns.growth > LARGEST_GROWTH:
        raise FaultFailed(f"the process grew too much: {outcome.figures}")
    if not short and median(holed) > LARGEST_RATIO * median(healthy):
        raise FaultFailed(f"the others felt it: {outcome.figures}")
    return outcome


def _one_each(readers: Sequence[Reader], turn: int) -> list[Reader]:
    start = turn * len(SERVICES) % len(readers)
    return list(readers[start : start + len(SERVICES)])


def _others(delivered: Sequence[Delivered]) -> list[Delivered]:
    return [each for each in delivered if each.provider != HOLE]


def _p99s(at: Installation, turns: Sequence[Sequence[int]]) -> list[float]:
    """Of each turn, in milliseconds from when a message was stored until another provider had its push."""
    stored = {row["id"][-16:]: row["created_ms"] for row in at.rows(_COMMITTED)}
    latencies: dict[int, list[float]] = {}
    for each in _others(at.services.delivered()):
        latencies.setdefault(number_in(each.payload), []).append(each.at_ms - stored[each.collapse_key[-16:]])
    return [p99([value for number in turn for value in latencies[number]]) for turn in turns]
