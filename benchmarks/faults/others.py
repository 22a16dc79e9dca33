"""The players whom a fault must not touch: they get messages at a steady rate, and each latency is kept."""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks.faults.outcome import FaultFailed
from benchmarks.faults.world import FaultServer, Player, World
from tests.live_server import unique
from tests.wire_client import Framing, WireClient

SENDERS = 20
AT_ONCE = 25
SENT_WITHIN = 30.0


@dataclass
class Stamps(Framing):
    """Takes the time at which each message comes, against the time written into it."""

    latencies: list[float] = field(default_factory=list)

    def incoming(self, text: str) -> str:
        _, found, rest = text.partition('"message":"at ')
        if found:
            self.latencies.append(time.perf_counter() - float(rest.partition('"')[0]))
        return text


@dataclass
class Others:
    senders: list[WireClient]
    players: list[Player]
    stamps: Stamps

    @classmethod
    async def prepare(cls, world: World, server: FaultServer, count: int) -> "Others":
        stamps = Stamps()
        players: list[Player] = []
        for start in range(0, count, AT_ONCE):
            some = range(start, min(start + AT_ONCE, count))
            players += await asyncio.gather(*(world.player(server, framing=stamps) for _ in some))
        senders = [await sender(server) for _ in range(SENDERS)]
        for each in senders:
            await server.befriend(each.user_id, [player.user_id for player in players])
        return cls(senders, players, stamps)

    async def send(self, rate: float, seconds: float) -> list[float]:
        """Open loop: each message carries the time at which it was due. The latencies, in seconds."""
        self.stamps.latencies.clear()
        began, count = time.perf_counter(), int(rate * seconds)
        for number in range(count):
            due = began + number / rate
            if (wait := due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            friend = random.choice(self.players).user_id
            await self.senders[number % SENDERS].post(
                "SendFriendMessageRequest", friendIds=[friend], message=f"at {due}"
            )
        await until(
            lambda: len(self.stamps.latencies) >= count, SENT_WITHIN, "the others did not get everything"
        )
        return list(self.stamps.latencies)


async def sender(server: FaultServer) -> WireClient:
    """A player who only sends, over a library's socket: masking large frames is slow in Python."""
    client = await server.connect()
    await client.device_log_in(unique("sender"))
    return client


async def until(true: Callable[[], bool], within: float, complaint: str) -> None:
    deadline = time.monotonic() + within
    while not true():
        if time.monotonic() > deadline:
            raise FaultFailed(f"{complaint} within {within} s")
        await asyncio.sleep(0.02)


def p99(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.99)]
