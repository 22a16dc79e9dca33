"""Refused handshakes: answered, written to the log in a line, closed late and ever later.

SDKs reconnect at once and silently after a refusal (wire-protocol.md §2.5), so the close is held back: one
second, doubled with every refusal of the address within a minute, to a minute at most.
"""

import logging
import time
from collections import OrderedDict

from protocol.client_address import limited_as

logger = logging.getLogger("flint.refused")

FIRST_DELAY = 1.0
LONGEST_DELAY = 60.0
FORGET_AFTER = 60.0
REMEMBERED = 10_000
ALL_LOGGED = 16  # refusals of an address in a row; then each doubling
CLOSE_CODE = 4401
LONGEST_PATH = 200

REMEDIES = {
    "INVALID": "the client signs with another secret: copy the credential's secret into the SDK's settings",
    "UNKNOWN": "no game has this API key and credential: check the URL",
    "NOT_PUBLISHED": "the live stage has no published configuration: publish the game, or use preview",
    "THROTTLED": "too many handshakes from this address: see FLINT_LIMIT_HANDSHAKES_PER_SECOND",
    "LIMIT": "too many sockets from this address: see FLINT_LIMIT_SOCKETS_PER_ADDRESS",
    "FULL": "this process holds as many sockets as it may: see FLINT_LIMIT_SOCKETS, and start more processes",
}


def _one_line(path: str) -> str:
    """A stranger's path, fit for a log: control characters escaped, and not too long."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in path[:LONGEST_PATH])


class Refusals:
    """How often each address was refused of late; the oldest addresses are forgotten first."""

    def __init__(self) -> None:
        self._recent: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def refuse(self, address: str, path: str, error: dict[str, str]) -> float:
        """Log it, seldom where it comes again and again; returns the seconds after which to close."""
        count = self._count(limited_as(address))
        if count <= ALL_LOGGED or count & (count - 1) == 0:
            (field, code), *_ = error.items()
            often = f" ({count} times lately)" if count > ALL_LOGGED else ""
            remedy = REMEDIES.get(code, "")
            logger.warning(
                "refused %s on %s: %s %s; %s%s", address, _one_line(path), field, code, remedy, often
            )
        return min(FIRST_DELAY * float(2 ** min(count - 1, 10)), LONGEST_DELAY)

    def _count(self, network: str) -> int:
        """How often it was refused within a minute. This machine's own clients start anew each time."""
        if not network:
            return 1
        count, last = self._recent.pop(network, (0, 0.0))
        now = time.monotonic()
        count = count + 1 if now - last < FORGET_AFTER else 1
        self._recent[network] = (count, now)
        if len(self._recent) > REMEMBERED:
            self._recent.popitem(last=False)
        return count


refusals = Refusals()
