"""How long a socket may take for what, in seconds. `settings.FLINT_TIMEOUTS` replaces any of them by name."""

from django.conf import settings


def _seconds(name: str, default: float) -> float:
    return float(getattr(settings, "FLINT_TIMEOUTS", {}).get(name, default))


HEAD = _seconds("HEAD", 10)  # from connecting, or a request's first byte, to the end of its head
BODY = _seconds("BODY", 30)  # between two pieces of a request's body
WHOLE_BODY = _seconds("WHOLE_BODY", 120)  # for all of it
UNSENT = _seconds("UNSENT", 30)  # that an HTTP peer may leave a full buffer untouched
UNFINISHED = _seconds("UNFINISHED", 60)  # for all fragments of a message
PING_AFTER = _seconds("PING_AFTER", 25)  # without a ping: a keep-alive ping goes out
PONG_WITHIN = _seconds("PONG_WITHIN", 35)  # of a keep-alive ping, or the peer is dropped
CLOSE = _seconds("CLOSE", 3)  # that a peer may take for the closing handshake, or for what is still unsent
DRAIN = _seconds("DRAIN", 1)  # over which a server that ends spreads its goodbyes
UNREAD = _seconds("UNREAD", 1)  # that a server that ends waits for an accepted client's request
END = _seconds("END", 1.5)  # after which a server that ends drops whoever is left
