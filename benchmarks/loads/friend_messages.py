"""Friend messages: senders, as many recipients, and in each message the moment at which it was due."""

import asyncio
import time
from collections.abc import Callable

from benchmarks.client import BenchClient, text_frame
from benchmarks.loads.task import Result, Task, percentile

FRIEND_MESSAGE = (
    b'{"@class":".SendFriendMessageRequest","requestId":"%d","friendIds":["%b"],"message":"%.7f"}'
)
STAMP = b'"message":"'
SETTLE_SECONDS = 10.0


class FriendMessages:
    """`next(sender)` is called with each answer. `delays`: the moment each was due, and how late it came."""

    def __init__(self) -> None:
        self.sent = self.answered = 0
        self.delays: list[tuple[float, float]] = []
        self.errors: list[bytes] = []
        self.senders: list[BenchClient] = []
        self.recipients: list[BenchClient] = []
        self.next: Callable[[BenchClient], None] = lambda client: None
        self._place: dict[BenchClient, int] = {}

    async def connect(self, task: Task, recipients_port: int = 0) -> None:
        """The first half of the players send, each to the one at the same place in the second."""
        self.senders = await task.players(task.tokens[: task.half], self._answer)
        self.recipients = await task.players(task.tokens[task.half :], self._message, recipients_port)
        self._place = {client: place for place, client in enumerate(self.senders)}

    def send(self, sender: BenchClient, due: float) -> None:
        self.sent += 1
        friend = self.recipients[self._place[sender]].player_id
        sender.transport.write(text_frame(FRIEND_MESSAGE % (self.sent, friend.encode(), due)))

    def _answer(self, client: BenchClient, payload: bytes) -> None:
        self.answered += 1
        if b'"error"' in payload:
            self.errors.append(payload)
        self.next(client)

    def _message(self, client: BenchClient, payload: bytes) -> None:
        at = payload.find(STAMP)
        if at >= 0:
            due = float(payload[at + len(STAMP) : payload.index(b'"', at + len(STAMP))])
            self.delays.append((due, time.perf_counter() - due))

    async def open_loop(self, rate: float, seconds: float) -> float:
        """Requests leave when they are due, whatever became of those before. When the first one was due."""
        first, total, number = time.perf_counter() + 0.2, int(rate * seconds), 0
        while number < total:
            now = time.perf_counter()
            while number < total and (due := first + number / rate) <= now:
                self.send(self.senders[number % len(self.senders)], due)
                number += 1
            # Whole milliseconds, which uvloop's timers have: on two cores the database has only what the
            # load leaves of the second one.
            left = first + number / rate - time.perf_counter()
            await asyncio.sleep(max(int(left * 1000) / 1000, 0.0005))
        return first

    async def settle(self) -> None:
        """Wait for the last answer and delivery. RuntimeError when one does not come."""
        deadline = time.perf_counter() + SETTLE_SECONDS
        while self.answered < self.sent or len(self.delays) < self.sent:
            if time.perf_counter() > deadline:
                break
            await asyncio.sleep(0.05)
        if self.errors or self.answered != self.sent or len(self.delays) != self.sent:
            counts = f"sent {self.sent}, answered {self.answered}, delivered {len(self.delays)}"
            raise RuntimeError(f"{counts}; {self.errors[:1]!r}")


async def message_rate(task: Task) -> Result:
    """Closed loop: so many requests in flight, each answer sends the next."""
    load, sizes = FriendMessages(), task.sizes
    await load.connect(task, task.ports[-1])
    start = time.perf_counter() + sizes.warm
    end = start + sizes.seconds
    counted = 0

    def again(client: BenchClient) -> None:
        nonlocal counted
        now = time.perf_counter()
        if now < end:
            counted += now >= start
            load.send(client, now)

    load.next = again
    for client in load.senders[: sizes.in_flight]:
        load.send(client, time.perf_counter())
    await asyncio.sleep(end - time.perf_counter())
    await load.settle()
    return {"rate": counted / sizes.seconds}


async def message_latency(task: Task) -> Result:
    """Open loop: the delay counts from the moment a request was due. The recipients are at the last port."""
    load, sizes = FriendMessages(), task.sizes
    await load.connect(task, task.ports[-1])
    await asyncio.sleep(sizes.warm)
    first = await load.open_loop(sizes.rate, sizes.warm + sizes.seconds)
    await load.settle()
    delays = [delay * 1000 for due, delay in load.delays if due >= first + sizes.warm]
    return {"p50": percentile(delays, 0.5), "p99": percentile(delays, 0.99)}
