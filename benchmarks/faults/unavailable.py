"""What clients see while the database cannot be written, and what must not be left behind.

Each request is answered `UNAVAILABLE` within a client's patience; a refused one leaves no row; the service
resumes by itself, on the same sockets, and a durable request is then done once.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Self

from benchmarks.faults.others import until
from benchmarks.faults.outcome import FaultFailed, Outcome
from benchmarks.faults.world import FaultServer, Player, World
from tests.wire_client import Frame

PATIENCE = 10.0  # of a client: the SDKs give up after 15 s, some games' own code sooner
BACK_WITHIN = 10.0
_WITHOUT_COPY = """
SELECT id FROM messaging_message WHERE id NOT IN (SELECT message_id FROM messaging_playermessage)
"""
MOST_ON_A_FULL_DISK = 1000
LOGS_EMPTIED = 4  # times in a row at most
UNAVAILABLE = {"server": "UNAVAILABLE"}
REQUEST = "SendFriendMessageRequest"
TABLES = (
    "messaging_message",
    "messaging_playermessage",
    "players_durablereply",
    "players_player",
    "push_device",
)


@dataclass
class Patient:
    server: FaultServer
    senders: list[Player]
    reader: Player
    answered: list[str] = field(default_factory=list)
    durable: list[tuple[Player, str, Frame]] = field(default_factory=list)

    @classmethod
    async def prepare(cls, world: World, server: FaultServer) -> Self:
        senders = [await world.player(server) for _ in range(5)]
        reader = await world.player(server)
        await server.befriend(reader.user_id, [sender.user_id for sender in senders])
        return cls(server, senders, reader)

    async def sends(self, count: int) -> None:
        """Messages that must be accepted."""
        for number in range(count):
            answer, _ = await self._send(self.senders[number % 5], f"fine {len(self.answered)}")
            if "error" in answer:
                raise FaultFailed(f"refused while all was well: {answer}")

    async def until_refused(self) -> None:
        """A full disk takes what fits into the files as they are: large messages, small ones, less still."""
        for padding in ("x" * 50_000, ""):
            await _until_refused(partial(self._fit, padding))
        for name, fields in OTHERS.items():
            await _until_refused(partial(self._other, name, fields))

    async def refused(self, count: int) -> dict[str, float | int]:
        """Everything that writes, `count` sends among it, by all senders at once; each must be refused.

        A database whose log is written back to its file just then has room in the log once more. What it
        takes then is accepted like all else, and the log is filled again.
        """
        for _ in range(LOGS_EMPTIED):
            before = self._rows()
            asked = [self._send(self.senders[number % 5], f"refused {number}") for number in range(count)]
            others = [self._other(name, fields) for name, fields in OTHERS.items()]
            answers = await asyncio.gather(*asked, *others, self._handshake())
            if wrong := [answer for answer, _ in answers if answer.get("error", UNAVAILABLE) != UNAVAILABLE]:
                raise FaultFailed(f"{len(wrong)} of {len(answers)} were answered otherwise: {wrong[0]}")
            if accepted := [answer for answer, _ in answers if "error" not in answer]:
                await self.until_refused()
            else:
                break
        else:
            raise FaultFailed(f"{len(accepted)} of {len(answers)} were accepted: {accepted[0]}")
        longest = max(seconds for _, seconds in answers)
        if longest > PATIENCE:
            raise FaultFailed(f"an answer took {longest:.1f} s")
        if (after := self._rows()) != before:
            raise FaultFailed(f"refused requests left rows behind: {before} became {after}")
        return {"refused": len(answers), "longest answer, s": round(longest, 1)}

    async def served_again(self) -> float:
        """Seconds until a send is accepted, over the same socket; refused durable requests are then done."""
        began = time.monotonic()
        while True:
            answer, _ = await self._send(self.senders[0], f"back {len(self.answered)}")
            if "error" not in answer:
                break
            if time.monotonic() - began > BACK_WITHIN:
                raise FaultFailed(f"still refused {BACK_WITHIN} s after it was over: {answer}")
            await asyncio.sleep(0.1)
        seconds = time.monotonic() - began
        for sender, request_id, fields in self.durable:
            texts = []
            for _ in range(2):
                answer = await sender.client.request(REQUEST, request_id=request_id, **fields)
                if "error" in answer:
                    raise FaultFailed(f"a durable request is still refused: {answer}")
                texts.append(sender.client.text_of(answer))
            if texts[0] != texts[1]:
                raise FaultFailed(f"a durable request was answered {texts}")
            self.answered.append(fields["message"])
        return round(seconds, 1)

    async def settle(self) -> Outcome:
        """What was accepted came once; what was refused and not sent again never did."""
        frames = self.reader.client.messages
        await until(lambda: len(frames) >= len(self.answered), BACK_WITHIN, "not everything accepted came")
        texts = [frame["message"] for frame in frames]
        if sorted(texts) != sorted(self.answered):
            raise FaultFailed(f"accepted {self.answered}, received {texts}")
        if lonely := self.server.rows(_WITHOUT_COPY):
            raise FaultFailed(f"{len(lonely)} messages have no copy")
        await until(lambda: not self.server.waiting(), BACK_WITHIN, "confirmations were not written")
        return Outcome(len(self.answered))

    async def _send(self, sender: Player, text: str) -> tuple[Frame, float]:
        fields = {"friendIds": [self.reader.user_id], "message": text}
        durable = sender in self.senders[:2] and text.startswith("refused")
        request_id = sender.client.durable_id() if durable else sender.client.new_id()
        began = time.monotonic()
        answer = await sender.client.request(REQUEST, request_id=request_id, within=4 * PATIENCE, **fields)
        if "error" not in answer:
            self.answered.append(text)
        elif durable:
            self.durable.append((sender, request_id, fields))
        return answer, time.monotonic() - began

    async def _fit(self, padding: str) -> tuple[Frame, float]:
        return await self._send(self.senders[3], f"fits {len(self.answered)}{padding}")

    async def _other(self, name: str, fields: Frame) -> tuple[Frame, float]:
        began = time.monotonic()
        answer = await self.senders[4].client.request(name, within=4 * PATIENCE, **fields)
        return answer, time.monotonic() - began

    async def _handshake(self) -> tuple[Frame, float]:
        """A player who comes back now: a token is to be renewed, which writes."""
        began = time.monotonic()
        client = await self.server.connect(deviceId="new")
        try:
            answer = await client.device_log_in("somebody new")
            return answer, time.monotonic() - began
        finally:
            await client.close()

    def _rows(self) -> dict[str, Any]:
        return {table: self.server.rows(f"SELECT COUNT(*) AS n FROM {table}")[0]["n"] for table in TABLES}


async def _until_refused(ask: Callable[[], Coroutine[Any, Any, tuple[Frame, float]]]) -> None:
    refusals = 0
    for _ in range(MOST_ON_A_FULL_DISK):
        answer, _ = await ask()
        refusals = refusals + 1 if "error" in answer else 0
        if refusals == 3:
            return
    raise FaultFailed(f"a full disk took {MOST_ON_A_FULL_DISK} requests")


OTHERS: dict[str, Frame] = {
    "PushRegistrationRequest": {"deviceOS": "IOS", "pushId": "refused"},
    "ChangeUserDetailsRequest": {"displayName": "Refused"},
    "AnalyticsRequest": {"key": "refused", "data": {}},
}
