"""Hundreds of players who stay connected as an SDK does, and write to each other at a steady rate."""

import asyncio
import contextlib
import json
import random
import time
from collections.abc import Sequence
from typing import Any

import msgspec

from benchmarks.client import BenchClient
from benchmarks.faults.nodes.ledger import Ledger, Send
from benchmarks.faults.others import until
from benchmarks.faults.outcome import FaultFailed

ANSWER_WITHIN = 15.0  # seconds after which an SDK gives a socket up
REFUSED_PAUSE = 0.5
UNDER_WAY = 10  # requests of one player
SHORTEST_PAUSE, LONGEST_PAUSE = 0.1, 1.0  # before connecting again
PATH, SECRET = "/preview/ws/device/bench0000001", "device-secret"


class Incoming(msgspec.Struct):
    kind: str = msgspec.field(name="@class", default="")
    request_id: str = msgspec.field(name="requestId", default="")
    message_id: str = msgspec.field(name="messageId", default="")
    message: str = ""
    error: Any = None


_decode = msgspec.json.Decoder(Incoming).decode


class Socket(BenchClient):
    """`lost` is done when the connection is."""

    def __init__(self, player: "Player") -> None:
        super().__init__(PATH, SECRET, player.token, player.take)
        self.lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.seen: set[str] = set()

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        if not self.lost.done():
            self.lost.set_result(None)


class Player:
    def __init__(self, player_id: str, token: str, traffic: "Traffic") -> None:
        self.player_id, self.token, self.traffic = player_id, token, traffic
        self.socket: Socket | None = None
        self.friend = ""
        self.open: dict[str, Send] = {}  # not answered yet, in order
        self.under_way: set[str] = set()  # those of them written to this socket
        self._count = 0

    async def live(self) -> None:
        """Connected until cancelled. Whatever ends the socket, another one follows after a pause."""
        while True:
            with contextlib.suppress(OSError, TimeoutError):
                await self._one_socket()
            await asyncio.sleep(random.uniform(SHORTEST_PAUSE, LONGEST_PAUSE))

    async def _one_socket(self) -> None:
        port = random.choice(self.traffic.ports)
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(ANSWER_WITHIN):
            _, socket = await loop.create_connection(lambda: Socket(self), "127.0.0.1", port)
            try:
                session = await socket.ready
            except BaseException:
                socket.transport.abort()
                raise
        if not socket.player_id:
            socket.transport.abort()
            raise FaultFailed(f"the token of {self.player_id} was not taken: {session}")
        self.token = session.get("authToken") or self.token
        self.socket = socket
        self.under_way.clear()
        self._write_on()
        try:
            await socket.lost
        finally:
            self.socket = None
            socket.transport.abort()

    def post(self) -> None:
        """A message to the friend, at once or over the next socket."""
        self._count += 1
        away = self.friend in self.traffic.away
        send = self.traffic.ledger.note(self.friend, f"d_{self.player_id}_{self._count}", here=not away)
        self.open[send.request_id] = send
        self._write(send)

    def _write_on(self) -> None:
        """As many as may be under way at once, the oldest first."""
        for send in list(self.open.values()):
            if len(self.under_way) >= UNDER_WAY:
                return
            if send.request_id not in self.under_way:
                self._write(send)

    def _write(self, send: Send) -> None:
        if self.socket is None or len(self.under_way) >= UNDER_WAY:
            return
        self.under_way.add(send.request_id)
        send.posted = time.monotonic()
        fields = {"requestId": send.request_id, "friendIds": [send.recipient], "message": send.text}
        self.socket.send(json.dumps({"@class": ".SendFriendMessageRequest", **fields}))

    def take(self, socket: BenchClient, payload: bytes) -> None:
        assert isinstance(socket, Socket)
        frame = _decode(payload)
        if frame.kind == ".FriendMessage":
            self.traffic.receive(self.player_id, frame.message, frame.message_id, socket.seen)
        elif (send := self.open.get(frame.request_id)) is not None:
            self.under_way.discard(frame.request_id)
            if frame.error is None:
                send.answered = True
                del self.open[frame.request_id]
                self._write_on()
            else:
                self.traffic.ledger.refused += 1
                asyncio.get_running_loop().call_later(REFUSED_PAUSE, self._write_on)

    def lose_patience(self, now: float) -> None:
        """An answer that does not come ends the socket, as in the SDKs."""
        waiting = [self.open[request_id] for request_id in self.under_way]
        if self.socket and any(now - send.posted > ANSWER_WITHIN for send in waiting):
            self.socket.transport.abort()


class Traffic:
    """`ports` are the servers', one of which a player takes at random. Senders come first in `players`; the
    first `away` recipients do not connect before the end. `rate` is in messages a second."""

    def __init__(self, ports: Sequence[int], seeded: dict[str, list[str]], away: int, rate: float) -> None:
        self.ports = ports
        self.rate = rate
        self.ledger = Ledger()
        self.players = [
            Player(player_id, token, self)
            for player_id, token in zip(seeded["ids"], seeded["tokens"], strict=True)
        ]
        half = len(self.players) // 2
        self.senders, self.recipients = self.players[:half], self.players[half:]
        for sender, recipient in zip(self.senders, self.recipients, strict=True):
            sender.friend = recipient.player_id
        self.away = {player.player_id for player in self.recipients[:away]}
        self.failed: FaultFailed | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._pacing: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Everybody who is not away is connected, and the steady rate has begun."""
        self._connect([player for player in self.players if player.player_id not in self.away])
        await until(self.all_here, 60, "not everybody connected")
        self._pacing = asyncio.create_task(self._pace())

    def _connect(self, players: Sequence[Player]) -> None:
        self._tasks += [asyncio.create_task(player.live()) for player in players]

    def all_here(self) -> bool:
        return all(player.socket for player in self.players if player.player_id not in self.away)

    async def _pace(self) -> None:
        began, number = time.monotonic(), 0
        while True:
            now = time.monotonic()
            while began + number / self.rate <= now:
                self.senders[number % len(self.senders)].post()
                number += 1
            if number % 100 == 0:
                for player in self.senders:
                    player.lose_patience(now)
            await asyncio.sleep(1 / self.rate)

    def burst(self, count: int) -> None:
        for player in random.sample(self.senders, count):
            player.post()

    def receive(self, player_id: str, text: str, message_id: str, seen: set[str]) -> None:
        try:
            self.ledger.received(player_id, text, message_id, seen)
        except FaultFailed as failed:
            self.failed = self.failed or failed

    def check(self) -> None:
        """Raises what a client saw that it must never see, and what ended a player's task."""
        if self.failed:
            raise self.failed
        for task in self._tasks:
            if task.done() and not task.cancelled() and (error := task.exception()):
                raise error

    async def settle(self, patience: float) -> None:
        """No more is sent; who was away returns; everything arrives within `patience` seconds, or is counted
        as missing."""
        if self._pacing is not None:
            self._pacing.cancel()
        self._connect([player for player in self.recipients if player.player_id in self.away])
        self.away = set()
        deadline = time.monotonic() + patience
        while (self.ledger.unanswered() or self.ledger.missing()) and time.monotonic() < deadline:
            for player in self.senders:
                player.lose_patience(time.monotonic())
            await asyncio.sleep(0.2)
        self.check()

    async def end(self) -> None:
        tasks = [*self._tasks, *([self._pacing] if self._pacing else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
