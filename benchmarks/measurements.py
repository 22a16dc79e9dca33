"""The load of each figure, in a process of its own: `python -m benchmarks.measurements NAME PORT PID FILE`.

FILE is what benchmarks.seed printed. The result is one JSON object of numbers on standard output.
"""

import asyncio
import json
import sys
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import uvloop

from benchmarks.client import BenchClient, connect, text_frame

DEVICE = "/preview/ws/device/bench0000001"
SERVER = "/preview/ws/server/bench0000001"
IN_FLIGHT = 500
CLOSED_SECONDS = 6.0
OPEN_RATE, OPEN_SECONDS, WARM_SECONDS = 500, 8.0, 2.0
IDLE_SECONDS = 60.0
FRIEND_MESSAGE = (
    b'{"@class":".SendFriendMessageRequest","requestId":"%d","friendIds":["%b"],"message":"%.7f"}'
)
STAMP = b'"message":"'

Players = dict[str, Any]


def _ignore(client: BenchClient, payload: bytes) -> None:
    pass


class FriendMessages:
    """Senders and, as many, other recipients; each message carries the moment it was due."""

    def __init__(self) -> None:
        self.sent = self.answered = 0
        self.delays: list[tuple[float, float]] = []
        self.errors: list[bytes] = []
        self.senders: list[BenchClient] = []
        self.recipients: list[BenchClient] = []
        self.next: Callable[[BenchClient], None] = lambda client: None
        self._place: dict[BenchClient, int] = {}

    async def connect(self, port: int, players: Players) -> None:
        half = len(players["tokens"]) // 2
        tokens = players["tokens"]
        self.senders = await connect(port, DEVICE, "device-secret", tokens[:half], self._answer)
        self.recipients = await connect(port, DEVICE, "device-secret", tokens[half:], self._message)
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

    def check(self) -> None:
        if self.errors or self.answered != self.sent or len(self.delays) != self.sent:
            counts = f"sent {self.sent}, answered {self.answered}, delivered {len(self.delays)}"
            raise RuntimeError(f"{counts}; {self.errors[:1]!r}")


async def message_rate(port: int, pid: int, players: Players) -> dict[str, float]:
    """Closed loop: so many requests in flight, each answer sends the next."""
    load = FriendMessages()
    await load.connect(port, players)
    start = time.perf_counter() + WARM_SECONDS
    end = start + CLOSED_SECONDS
    counted = 0

    def again(client: BenchClient) -> None:
        nonlocal counted
        now = time.perf_counter()
        if now < end:
            counted += now >= start
            load.send(client, now)

    load.next = again
    for client in load.senders[:IN_FLIGHT]:
        load.send(client, time.perf_counter())
    await asyncio.sleep(WARM_SECONDS + CLOSED_SECONDS + 2)
    load.check()
    return {"rate": counted / CLOSED_SECONDS}


async def message_latency(port: int, pid: int, players: Players) -> dict[str, float]:
    """Open loop: requests leave when they are due; the delay counts from that moment, not from the write."""
    load = FriendMessages()
    await load.connect(port, players)
    await asyncio.sleep(1)
    first, total = time.perf_counter() + 0.2, int(OPEN_RATE * (OPEN_SECONDS + WARM_SECONDS))
    number = 0
    while number < total:
        now = time.perf_counter()
        while number < total and (due := first + number / OPEN_RATE) <= now:
            load.send(load.senders[number % len(load.senders)], due)
            number += 1
        await asyncio.sleep(0.0005)
    await asyncio.sleep(2)
    load.check()
    delays = sorted(delay for due, delay in load.delays if due >= first + WARM_SECONDS)
    return {"p50": delays[len(delays) // 2] * 1000, "p99": delays[int(len(delays) * 0.99)] * 1000}


async def fanout(port: int, pid: int, players: Players) -> dict[str, float]:
    """One message to everybody: from the request until the last socket has it."""
    received, done = 0, asyncio.Event()

    def count(client: BenchClient, payload: bytes) -> None:
        nonlocal received
        if b'"extCode":"NEWS"' in payload:
            received += 1
            if received == len(sockets):
                done.set()

    sockets: list[BenchClient] = []
    sockets += await connect(port, DEVICE, "device-secret", players["tokens"], count)
    (server,) = await connect(port, SERVER, "server-secret", [""], _ignore)
    await asyncio.sleep(2)
    rates = []
    for number in range(6):
        received, start = 0, time.perf_counter()
        done.clear()
        ask = {
            "@class": ".SendMessageRequest", "requestId": str(number), "extCode": "NEWS",
            "playerIds": players["ids"], "data": {"text": "fan-out"},
        }  # fmt: skip
        server.send(json.dumps(ask))
        await asyncio.wait_for(done.wait(), 60)
        rates.append(len(sockets) / (time.perf_counter() - start))
        await asyncio.sleep(2)
    return {"rate": sorted(rates[1:])[len(rates[1:]) // 2]}


async def connects(port: int, pid: int, players: Players) -> dict[str, float]:
    """Those with waiting messages connect, 100 at a time; done when each has read its own."""
    half = len(players["tokens"]) // 2
    expected, read, done = half * int(players["waiting"]), 0, asyncio.Event()

    def count(client: BenchClient, payload: bytes) -> None:
        nonlocal read
        read += b'"extCode":"NEWS"' in payload
        if read == expected:
            done.set()

    start = time.perf_counter()
    await connect(port, DEVICE, "device-secret", players["tokens"][half:], count)
    await asyncio.wait_for(done.wait(), 60)
    return {"rate": half / (time.perf_counter() - start)}


async def memory(port: int, pid: int, players: Players) -> dict[str, float]:
    """Growth of the resident size over so many sockets, after one message each and a minute of silence."""
    (server,) = await connect(port, SERVER, "server-secret", [""], _ignore)
    await _news(server, players["ids"][:200])
    sockets = await connect(port, DEVICE, "device-secret", players["tokens"][:200], _ignore)
    await asyncio.sleep(3)
    before = _resident_kb(pid)
    received, everybody = 0, asyncio.Event()

    def count(client: BenchClient, payload: bytes) -> None:
        nonlocal received
        received += 1
        if received == len(players["tokens"]) - 200:
            everybody.set()

    sockets += await connect(port, DEVICE, "device-secret", players["tokens"][200:], count)
    await _news(server, players["ids"])
    await asyncio.wait_for(everybody.wait(), 60)
    await asyncio.sleep(IDLE_SECONDS)
    return {"kb": (_resident_kb(pid) - before) / (len(sockets) - 200), "sockets": len(sockets)}


async def _news(server: BenchClient, ids: list[str]) -> None:
    for start in range(0, len(ids), 5000):
        ask = {"@class": ".SendMessageRequest", "extCode": "NEWS", "data": {"text": "x"}}
        server.send(json.dumps({**ask, "playerIds": ids[start : start + 5000], "requestId": str(start)}))
    await asyncio.sleep(1)


def _resident_kb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])


MEASUREMENTS: dict[str, Callable[[int, int, Players], Coroutine[Any, Any, dict[str, float]]]] = {
    "message_rate": message_rate,
    "message_latency": message_latency,
    "fanout": fanout,
    "connects": connects,
    "memory": memory,
}

if __name__ == "__main__":
    name, port, pid, file = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
    print(json.dumps(uvloop.run(MEASUREMENTS[name](port, pid, json.loads(file.read_text())))))
