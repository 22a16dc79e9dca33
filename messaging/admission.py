"""Whose handshake is begun: so many of an address, while the process has room for another socket.

Sockets are counted in each process, handshakes by all of them together (protocol.limiter).
"""

from django.conf import settings

from protocol.limiter import Limiter, Rate
from realtime.room import most_sockets

HELD = 100  # refused sockets of an address that are closed late, over its limit of sockets


class Admission:
    """By network (protocol.client_address.limited_as); "" is this machine's, without limits of its own."""

    def __init__(self) -> None:
        self.sockets = 0
        self._of: dict[str, int] = {}
        self._handshakes = Limiter("handshakes")

    def enter(self, network: str) -> dict[str, str] | None:
        """Count a socket until `leave`; returns the error to refuse it with."""
        self.sockets += 1
        if network:
            self._of[network] = self._of.get(network, 0) + 1
        if self.sockets > most_sockets():
            return {"server": "FULL"}
        if self._of.get(network, 0) > settings.FLINT_LIMIT_SOCKETS_PER_ADDRESS:
            return {"sockets": "LIMIT"}
        rate = Rate(settings.FLINT_LIMIT_HANDSHAKES_PER_SECOND, settings.FLINT_LIMIT_HANDSHAKES_BURST)
        return None if self._handshakes.take(network, rate) else {"request": "THROTTLED"}

    def leave(self, network: str) -> None:
        self.sockets -= 1
        if network:
            self._of[network] -= 1
            if not self._of[network]:
                del self._of[network]

    def overfull(self, network: str) -> bool:
        """Whether refused sockets pile up: they are better closed at once than held."""
        most = most_sockets()
        return (
            self.sockets > most + most // 16
            or self._of.get(network, 0) > settings.FLINT_LIMIT_SOCKETS_PER_ADDRESS + HELD
        )


admission = Admission()
