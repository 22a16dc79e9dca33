"""The load of a soak: `python -m benchmarks.soak.load FILE` prints a line of JSON each few seconds.

FILE is a Task, whose rate it keeps for its seconds. A tenth of the sockets is replaced every minute: a sender
once its answers are there, a recipient at any moment. What was on its way to it comes over its next socket.
"""

import asyncio
import contextlib
import itertools
import json
import sys
import time
from pathlib import Path

import msgspec
import uvloop

from benchmarks.client import BenchClient, text_frame
from benchmarks.loads.friend_messages import FRIEND_MESSAGE, STAMP
from benchmarks.loads.task import Task, percentile
from benchmarks.soak.samples import EVERY_SECONDS, Felt

REPLACED_A_MINUTE = 0.1
SETTLE_SECONDS = 30.0


class Soak:
    def __init__(self, task: Task) -> None:
        self.task = task
        self.sent = self.delivered = self.repeated = self.refused = self.replaced = 0
        self.on_their_way: set[bytes] = set()  # by the moment they were due, which each message carries
        self.delays: list[float] = []
        self.last = [0.0]  # those of the last few seconds in which any message came
        self.senders: list[BenchClient] = []
        self.recipients: list[BenchClient] = []
        self.unanswered: dict[BenchClient, int] = {}
        self._all_came = asyncio.Event()
        self._all_answered: dict[BenchClient, asyncio.Event] = {}  # of those who wait to be replaced
        self.resting: set[int] = set()  # places of senders that are being replaced

    async def run(self) -> None:
        task = self.task
        self.senders = await task.players(task.tokens[: task.half], self._answer)
        self.recipients = await task.players(task.tokens[task.half :], self._message)
        helpers = [asyncio.create_task(self._report()), asyncio.create_task(self._replace())]
        await self._send()
        helpers[1].cancel()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._all_came.wait(), SETTLE_SECONDS)
        helpers[0].cancel()
        self._print()

    async def _send(self) -> None:
        """An open loop, over those senders who are there."""
        rate, first = self.task.sizes.rate, time.perf_counter()
        places = itertools.cycle(range(self.task.half))
        for number in range(int(rate * self.task.sizes.seconds)):
            due = first + number / rate
            if (wait := due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            self._send_one(next(place for place in places if place not in self.resting), due)

    def _send_one(self, place: int, due: float) -> None:
        sender, friend = self.senders[place], self.recipients[place].player_id
        self.sent += 1
        self.on_their_way.add(b"%.7f" % due)
        self._all_came.clear()
        self.unanswered[sender] = self.unanswered.get(sender, 0) + 1
        sender.transport.write(text_frame(FRIEND_MESSAGE % (self.sent, friend.encode(), due)))

    def _answer(self, client: BenchClient, payload: bytes) -> None:
        if b'"requestId"' in payload:
            self.unanswered[client] -= 1
            if not self.unanswered[client] and client in self._all_answered:
                self._all_answered.pop(client).set()
            self.refused += b'"error"' in payload

    def _message(self, client: BenchClient, payload: bytes) -> None:
        at = payload.find(STAMP)
        if at < 0:
            return
        due = payload[at + len(STAMP) : payload.index(b'"', at + len(STAMP))]
        if due in self.on_their_way:
            self.on_their_way.discard(due)
            if not self.on_their_way:
                self._all_came.set()
            self.delivered += 1
            self.delays.append((time.perf_counter() - float(due)) * 1000)
        else:
            self.repeated += 1

    async def _replace(self) -> None:
        pause = 60.0 / (len(self.task.tokens) * REPLACED_A_MINUTE)
        for place in itertools.cycle(range(self.task.half)):
            await self._replace_sender(place)
            await asyncio.sleep(pause)
            self.recipients[place].transport.abort()
            (self.recipients[place],) = await self.task.players(
                [self.task.tokens[self.task.half + place]], self._message
            )
            self.replaced += 2
            await asyncio.sleep(pause)

    async def _replace_sender(self, place: int) -> None:
        self.resting.add(place)
        sender = self.senders[place]
        if self.unanswered.get(sender):
            answered = self._all_answered[sender] = asyncio.Event()
            await answered.wait()
        self.unanswered.pop(sender, None)
        sender.transport.abort()
        (self.senders[place],) = await self.task.players([self.task.tokens[place]], self._answer)
        self.resting.discard(place)

    async def _report(self) -> None:
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            self._print()

    def _print(self) -> None:
        if self.delays:
            self.last, self.delays = self.delays, []
        felt = Felt(
            sent=self.sent,
            delivered=self.delivered,
            repeated=self.repeated,
            refused=self.refused,
            replaced=self.replaced,
            p50_ms=round(percentile(self.last, 0.5), 3),
            p99_ms=round(percentile(self.last, 0.99), 3),
        )
        print(json.dumps(msgspec.to_builtins(felt)), flush=True)


if __name__ == "__main__":
    uvloop.run(Soak(msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Task)).run())
