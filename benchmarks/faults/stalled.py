"""A reader that stopped reading, the large messages sent to it, and the server's memory meanwhile."""

import asyncio
import contextlib
import time
from dataclasses import dataclass
from typing import Self

from benchmarks.faults.others import sender, until
from benchmarks.faults.outcome import FaultFailed
from benchmarks.faults.world import FaultServer, Player, World
from tests.live_server import LiveServer
from tests.wire_client import WireClient

RECEIVE_BUFFER = 4096
MESSAGE = "x" * 95_000
EARLY, LATE = 0.5, 5.0  # seconds before and after the time-out: it is looked at ten times a second
READ_WITHIN = 60.0
IN_FLIGHT = 5  # of one sender's large requests: a megabyte of them may wait


@dataclass
class Large:
    """Sends the large messages, spread over the seconds."""

    server: FaultServer
    client: WireClient
    messages: int
    seconds: float

    @classmethod
    async def prepare(cls, server: FaultServer, messages: int, seconds: float) -> Self:
        return cls(server, await sender(server), messages, seconds)

    async def send(self, player: Player) -> None:
        await self.server.befriend(self.client.user_id, [player.user_id])
        began = time.perf_counter()
        for number in range(self.messages):
            await asyncio.sleep(max(0, began + number * self.seconds / self.messages - time.perf_counter()))
            message = f"{number:06}{MESSAGE}"
            await self.client.post("SendFriendMessageRequest", friendIds=[player.user_id], message=message)
            if number >= IN_FLIGHT:
                await self._answered()
        for _ in range(IN_FLIGHT):
            await self._answered()

    async def _answered(self) -> None:
        answer = await self.client.next_response(within=READ_WITHIN)
        if "error" in answer:
            raise FaultFailed(f"not sent: {answer}")


@dataclass
class Stalled:
    """`seconds`: from the moment it was seen in catch-up to its end."""

    server: FaultServer
    player: Player
    seconds: float = 0.0
    watching: asyncio.Task[None] | None = None

    @classmethod
    async def begin(cls, world: World, server: FaultServer) -> Self:
        player = await world.player(server, receive_buffer=RECEIVE_BUFFER)
        await until_live(server, player)
        transport = player.socket.writer.transport
        assert isinstance(transport, asyncio.Transport)
        transport.pause_reading()
        made = cls(server, player)
        made.watching = asyncio.create_task(made._watch())
        return made

    async def _watch(self) -> None:
        """Look at the connection until the server ends it."""
        since = 0.0
        while shown := await self.server.connections(self.player.user_id):
            if shown[0]["state"] == "catch_up" and shown[0]["buffered"]:
                since = since or time.monotonic()
            await asyncio.sleep(0.1)
        if not since:
            raise FaultFailed("the reader was ended, and never seen in catch-up")
        self.seconds = time.monotonic() - since

    async def ended(self, stalled: float) -> None:
        """Wait for its end, which comes in time."""
        assert self.watching
        await asyncio.wait_for(self.watching, stalled + 2 * LATE)
        if not stalled - EARLY <= self.seconds <= stalled + LATE:
            raise FaultFailed(f"the reader was ended after {self.seconds:.1f} s instead of {stalled} s")

    async def returns(self, messages: int) -> int:
        """Log in again, and read. How many messages did not come."""
        await self.player.connect()
        client = self.player.client
        with contextlib.suppress(FaultFailed):
            await until(lambda: len(client.messages) >= messages, READ_WITHIN, "not everything came")
        numbers = [int(frame["message"][:6]) for frame in client.messages]
        if numbers != sorted(set(numbers)):
            raise FaultFailed(f"out of order, or twice: {numbers}")
        return messages - len(numbers)


async def until_live(server: FaultServer, player: Player) -> None:
    deadline = time.monotonic() + 5
    while [each["state"] for each in await server.connections(player.user_id)] != ["live"]:
        if time.monotonic() > deadline:
            raise FaultFailed("the reader never became live")
        await asyncio.sleep(0.02)


class Memory:
    """How much the server's memory grew at most: `async with Memory(server) as memory:`."""

    def __init__(self, server: LiveServer) -> None:
        self.server = server
        self.growth = 0

    async def __aenter__(self) -> Self:
        self._before = self.server.resident_bytes()
        self._task = asyncio.create_task(self._watch())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()

    async def _watch(self) -> None:
        while True:
            self.growth = max(self.growth, self.server.resident_bytes() - self._before)
            await asyncio.sleep(0.05)
