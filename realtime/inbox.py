"""What connections need of the store, handed in by the owner of the messages (`set_inbox`)."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from realtime.connection import Connection


class Inbox(Protocol):
    """What the owner of the messages does for connections; each call returns at once."""

    def catch_up(self, connection: "Connection") -> None:
        """Read the player's waiting messages and `offer` them until the connection is live."""

    def confirmed(self, message_ids: Iterable[str]) -> None:
        """A pong proved that the client read these."""

    def unanswered(self, message_ids: Iterable[str]) -> None:
        """Written, and a ping has been out for a second: note that they are on their way."""

    def left(self, message_ids: Iterable[str]) -> None:
        """A connection that is behind will read these: nobody need decide them meanwhile."""

    def decide_again(self, message_ids: Iterable[str]) -> None:
        """The connection went silent or away before it confirmed these."""


_inbox: Inbox | None = None


def set_inbox(inbox: Inbox) -> None:
    global _inbox
    _inbox = inbox


def inbox() -> Inbox:
    assert _inbox is not None, "messaging is not started"
    return _inbox
