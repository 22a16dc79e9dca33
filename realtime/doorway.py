"""TCP connections whose first request has not been read yet, the longest waiting first."""

from typing import Protocol

PATIENCE = 1.0  # seconds: a client sends its request at once


class Guest(Protocol):
    def abort(self) -> None: ...


class Doorway:
    """Makes room in a process that holds as many connections as it can: who says nothing goes first."""

    def __init__(self) -> None:
        self._waiting: dict[Guest, float] = {}

    def enter(self, guest: Guest, now: float) -> None:
        self._waiting[guest] = now

    def leave(self, guest: Guest) -> None:
        self._waiting.pop(guest, None)

    def make_room(self, now: float) -> bool:
        """End the one that has waited longest. False when none has waited for long."""
        for guest, since in self._waiting.items():
            if now - since < PATIENCE:
                return False
            del self._waiting[guest]
            guest.abort()
            return True
        return False


doorway = Doorway()
