"""What was sent and what came, from the clients' side alone: no row of the database is asked."""

import time
from dataclasses import dataclass, field

from benchmarks.faults.outcome import FaultFailed


@dataclass(slots=True)
class Send:
    """One message. Noted before it is written to a socket; unanswered it is sent again under the same id."""

    number: int
    recipient: str
    request_id: str
    posted: float = 0.0
    answered: bool = False

    @property
    def text(self) -> str:
        return f"n{self.number}"


@dataclass
class Ledger:
    """`awaited` are the texts under way to players who should be there."""

    sends: list[Send] = field(default_factory=list)
    awaited: set[str] = field(default_factory=set)
    refused: int = 0
    repeated: int = 0
    _ids: dict[str, str] = field(default_factory=dict)  # by text
    _received_by: dict[str, str] = field(default_factory=dict)  # recipient, by text

    def note(self, recipient: str, request_id: str, here: bool) -> Send:
        send = Send(len(self.sends), recipient, request_id, time.monotonic())
        self.sends.append(send)
        if here:
            self.awaited.add(send.text)
        return send

    def received(self, recipient: str, text: str, message_id: str, seen: set[str]) -> None:
        """`seen` are the ids that came over this socket. Raises FaultFailed on what no fault excuses."""
        if message_id in seen:
            raise FaultFailed(f"{text} came twice over one socket")
        seen.add(message_id)
        if self._ids.setdefault(text, message_id) != message_id:
            raise FaultFailed(f"{text} came under two ids, {self._ids[text]} and {message_id}")
        if text in self._received_by:
            self.repeated += 1
        self._received_by[text] = recipient
        self.awaited.discard(text)

    def missing(self) -> list[Send]:
        """Those that never came to the player they were for."""
        return [send for send in self.sends if self._received_by.get(send.text) != send.recipient]

    def unanswered(self) -> list[Send]:
        return [send for send in self.sends if not send.answered]
