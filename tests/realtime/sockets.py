"""A transport whose peer the test plays: what was written, and pongs on demand."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from protocol.session import Rights, Session
from realtime import inbox as inbox_module
from realtime.connection import Connection
from realtime.registry import registry


class PlayedTransport:
    confirms = True
    unanswered = 0.0

    def __init__(self) -> None:
        self.on_pong: Callable[[int], None] | None = None
        self.on_writable: Callable[[], None] | None = None
        self.buffered = 0
        self.closing = False
        self.watched = False
        self.texts: list[bytes] = []
        self.pings: list[int] = []
        self.aborted = False

    def write_text(self, payload: bytes) -> None:
        self.texts.append(payload)

    def ping(self, token: int) -> None:
        self.pings.append(token)

    def close(self, code: int = 1000) -> None:
        self.closing = True

    def admit(self, per_second: float, burst: float) -> None:
        pass

    def charge(self, frames: int) -> None:
        pass

    async def drained(self) -> None:
        pass

    def abort(self) -> None:
        self.aborted = self.closing = True

    def answer(self) -> None:
        assert self.on_pong is not None
        self.on_pong(self.pings[-1])


class RecordingInbox:
    def __init__(self) -> None:
        self.reads: list[Connection] = []
        self.registered_when_read: list[bool] = []
        self.confirmed_ids: list[str] = []
        self.unanswered_ids: list[str] = []
        self.left_ids: list[str] = []
        self.again_ids: list[str] = []

    def catch_up(self, connection: Connection) -> None:
        self.reads.append(connection)
        self.registered_when_read.append(
            connection.player_id is not None and registry.online(connection.player_id)
        )

    def confirmed(self, message_ids: Any) -> None:
        self.confirmed_ids.extend(message_ids)

    def unanswered(self, message_ids: Any) -> None:
        self.unanswered_ids.extend(message_ids)

    def left(self, message_ids: Any) -> None:
        self.left_ids.extend(message_ids)

    def decide_again(self, message_ids: Any) -> None:
        self.again_ids.extend(message_ids)


@contextmanager
def recording_inbox() -> Iterator[RecordingInbox]:
    former, recording = inbox_module._inbox, RecordingInbox()
    inbox_module.set_inbox(recording)
    try:
        yield recording
    finally:
        inbox_module._inbox = former


def session(short_code: str = "device", **rights: Any) -> Session:
    return Session(api_key="KEY", game_id=1, stage_id=1, stage="preview", rights=Rights(short_code, **rights))
