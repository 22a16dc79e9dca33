"""Friend messages under way all the time, every one remembered, and the reckoning afterwards.

Half of the senders use durable ids: what was unanswered when their socket ended they send again over the next
one, as the SDKs do. The other half forget it.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from benchmarks.faults.outcome import FaultFailed, Outcome
from benchmarks.faults.world import FaultServer, Player, World
from tests.wire_client import Closed

IN_FLIGHT = 5
REPEATED_AFTERWARDS = 3
SETTLE_SECONDS = 20.0
REQUEST = "SendFriendMessageRequest"


@dataclass(slots=True)
class Send:
    """One request. `answer` is its answer as it travelled, empty while there is none."""

    request_id: str
    recipient: str
    text: str
    socket: int
    answer: str = ""
    again: bool = False


@dataclass
class Sender:
    player: Player
    recipients: list[str]
    durable: bool
    sends: list[Send] = field(default_factory=list)
    refused: int = 0

    async def load(self, stop: asyncio.Event) -> None:
        """Keep IN_FLIGHT requests under way until told to stop or the socket ends."""
        await asyncio.gather(*(self._one_after_another(stop) for _ in range(IN_FLIGHT)))

    async def _one_after_another(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            send = self._next()
            self.sends.append(send)
            if not await self.post(send):
                return

    def _next(self) -> Send:
        number = len(self.sends)
        client = self.player.client
        request_id = client.durable_id() if self.durable else client.new_id()
        text = f"{self.player.user_id} {number}"
        return Send(
            request_id, self.recipients[number % len(self.recipients)], text, len(self.player.clients)
        )

    async def post(self, send: Send) -> str:
        """The answer's text; empty when the socket ended first."""
        client = self.player.client
        fields: dict[str, Any] = {"friendIds": [send.recipient], "message": send.text}
        try:
            answer = await client.request(REQUEST, request_id=send.request_id, **fields)
        except Closed:
            return ""
        text = client.text_of(answer)
        if "error" in answer:
            self.refused += 1
        else:
            send.answer = send.answer or text
        return text

    def unanswered(self) -> list[Send]:
        return [send for send in self.sends if not send.answer]

    def open(self) -> int:
        """Requests sent over the present socket and not answered."""
        return sum(send.socket == len(self.player.clients) for send in self.unanswered())

    async def repeat(self) -> None:
        """Over the new socket: what was not answered, and the last that were, to be answered alike."""
        if not self.durable:
            return
        answered = [send for send in self.sends if send.answer]
        for send in answered[-REPEATED_AFTERWARDS:]:
            text = await self.post(send)
            if text and text != send.answer:
                raise FaultFailed(f"a durable request was answered {send.answer}, then {text}")
        for send in self.unanswered():
            send.again = True
            await self.post(send)


@dataclass
class Load:
    server: FaultServer
    senders: list[Sender]
    recipients: list[Player]

    @classmethod
    async def prepare(
        cls, world: World, server: FaultServer, senders: int = 8, recipients: int = 4
    ) -> "Load":
        """All connected; every sender a friend of every recipient."""
        receiving = [await world.player(server) for _ in range(recipients)]
        ids = [player.user_id for player in receiving]
        sending = [await world.player(server) for _ in range(senders)]
        for player in sending:
            await server.befriend(player.user_id, ids)
        return cls(
            server,
            [Sender(player, ids, durable=number % 2 == 0) for number, player in enumerate(sending)],
            receiving,
        )

    def run(self) -> "Running":
        return Running(self.senders)

    def answered(self) -> list[Send]:
        return [send for sender in self.senders for send in sender.sends if send.answer]

    def open(self) -> int:
        """Requests unanswered and rows unconfirmed at this moment."""
        return sum(sender.open() for sender in self.senders) + self.server.waiting()

    async def come_back(self) -> None:
        """Everybody reconnects at once; senders with durable ids repeat what they do not know to be done."""
        await asyncio.gather(*(player.come_back() for player in self.recipients), self.return_senders())

    async def return_senders(self) -> None:
        await asyncio.gather(*(_return(sender) for sender in self.senders))

    async def settle(self) -> Outcome:
        """Wait for what was answered to arrive; then hold the logs against what was sent and stored."""
        answered = self.answered()
        deadline = time.monotonic() + SETTLE_SECONDS
        while missing := _missing(answered, self.recipients):
            if time.monotonic() > deadline:
                break
            await asyncio.sleep(0.1)
        _check_ids(self.recipients)
        _check_order(self.senders, self.recipients)
        self._check_stored()
        return Outcome(len(answered), len(missing), sum(_repeats(player) for player in self.recipients))

    def _check_stored(self) -> None:
        """An answered send is one row, an unanswered one at most one; a durable one was answered at last."""
        rows = self.server.rows("SELECT document ->> '$.message' AS text FROM messaging_playermessage")
        stored: dict[str, int] = defaultdict(int)
        for row in rows:
            stored[row["text"]] += 1
        for sender in self.senders:
            for send in sender.sends:
                if stored[send.text] > 1 or (send.answer and not stored[send.text]):
                    raise FaultFailed(f"{send} is stored {stored[send.text]} times")
            if sender.durable and sender.unanswered():
                raise FaultFailed(f"durable requests without an answer: {sender.unanswered()[:3]}")


async def _return(sender: Sender) -> None:
    await sender.player.come_back()
    await sender.repeat()


class Running:
    """The load while it runs: `async with load.run():`. Senders whose socket ends stop by themselves."""

    def __init__(self, senders: Iterable[Sender]) -> None:
        self._senders = senders
        self._stop = asyncio.Event()

    async def __aenter__(self) -> None:
        self._tasks = [asyncio.create_task(sender.load(self._stop)) for sender in self._senders]

    async def __aexit__(self, *_: object) -> None:
        self._stop.set()
        await asyncio.gather(*self._tasks)


def texts(player: Player) -> list[str]:
    return [frame["message"] for frame in player.messages() if frame["@class"] == ".FriendMessage"]


def _missing(answered: list[Send], recipients: list[Player]) -> list[Send]:
    logs = {player.user_id: set(texts(player)) for player in recipients}
    return [send for send in answered if send.text not in logs[send.recipient]]


def _repeats(player: Player) -> int:
    ids = [frame["messageId"] for frame in player.messages()]
    return len(ids) - len(set(ids))


def _check_ids(recipients: list[Player]) -> None:
    """The same words have the same messageId, however often they came; never twice over one socket."""
    for player in recipients:
        ids: dict[str, set[str]] = defaultdict(set)
        for frame in player.messages():
            ids[frame["message"]].add(frame["messageId"])
        if doubled := [text for text, of_text in ids.items() if len(of_text) > 1]:
            raise FaultFailed(f"{len(doubled)} messages came under two ids, among them {doubled[0]}")
        for client in player.clients:
            over_one = [frame["messageId"] for frame in client.messages]
            if len(over_one) != len(set(over_one)):
                raise FaultFailed("a message came twice over one socket")


def _check_order(senders: list[Sender], recipients: list[Player]) -> None:
    """What one socket of a sender asked for reaches each recipient in the order it was asked for.

    Left out is what was sent again: it may have been done the first or the second time.
    """
    sent = {send.text: (sender, send) for sender in senders for send in sender.sends if not send.again}
    for player in recipients:
        last: dict[tuple[str, int], int] = defaultdict(lambda: -1)
        for text in dict.fromkeys(texts(player)):
            if text not in sent:
                continue
            sender, send = sent[text]
            key, number = (sender.player.user_id, send.socket), int(text.rpartition(" ")[2])
            if number < last[key]:
                raise FaultFailed(f"{text} came after number {last[key]} of the same socket")
            last[key] = number
