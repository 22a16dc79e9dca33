"""Refused handshakes: answered, written to the log in one line, closed late and ever later.

SDKs reconnect at once and silently after a refusal (wire-protocol.md §2.5), so the close is held back: one
second, doubled with every refusal of the address within a minute, to a minute at most.
"""

import ipaddress
import logging
import time
from collections import OrderedDict

from django.conf import settings

logger = logging.getLogger("flint.refused")

FIRST_DELAY = 1.0
LONGEST_DELAY = 60.0
FORGET_AFTER = 60.0
REMEMBERED = 10_000
CLOSE_CODE = 4401
LONGEST_PATH = 200

REMEDIES = {
    "hmac": "the client signs with another secret: copy the credential's secret into the SDK's settings",
    "apiKey": "no game has this API key and credential: check the URL",
    "stage": "the live stage has no published configuration: publish the game, or use the preview stage",
    "request": "too many handshakes from this address: see FLINT_LIMIT_HANDSHAKES_PER_SECOND",
}


def is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address in ("", "unix")


def _one_line(path: str) -> str:
    """A stranger's path, fit for a log: control characters escaped, and not too long."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in path[:LONGEST_PATH])


class Refusals:
    """How often each address was refused of late; the oldest addresses are forgotten first."""

    def __init__(self) -> None:
        self._recent: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def refuse(self, address: str, path: str, error: dict[str, str]) -> float:
        """Log it; returns the seconds after which to close."""
        (field, code), *_ = error.items()
        where = _one_line(path)
        logger.warning("refused %s on %s: %s %s; %s", address, where, field, code, REMEDIES.get(field, ""))
        if is_loopback(address):
            return FIRST_DELAY
        count, last = self._recent.pop(address, (0, 0.0))
        now = time.monotonic()
        count = count + 1 if now - last < FORGET_AFTER else 1
        self._recent[address] = (count, now)
        if len(self._recent) > REMEMBERED:
            self._recent.popitem(last=False)
        return min(FIRST_DELAY * float(2 ** min(count - 1, 10)), LONGEST_DELAY)


class HandshakeLimit:
    """A token bucket an address; loopback is exempt."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def allows(self, address: str) -> bool:
        if is_loopback(address):
            return True
        now = time.monotonic()
        burst = float(settings.FLINT_LIMIT_HANDSHAKES_BURST)
        tokens, at = self._buckets.pop(address, (burst, now))
        tokens = min(burst, tokens + (now - at) * settings.FLINT_LIMIT_HANDSHAKES_PER_SECOND)
        self._buckets[address] = (max(tokens - 1, 0.0), now)
        if len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)
        return bool(tokens >= 1)


refusals = Refusals()
handshake_limit = HandshakeLimit()
