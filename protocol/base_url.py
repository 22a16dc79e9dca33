"""Where a client reached this server: for the URLs that it is given.

FLINT_PUBLIC_URL is that place where it is set. Otherwise it is what the client asked for, or what trusted
proxies say that it did. A client that lies about its host is told its own lie, and nobody else is.
"""

import re
from functools import lru_cache
from typing import Any

from django.conf import settings

from protocol.client_address import is_proxy, read_address

_HOST = re.compile(r"(?:[A-Za-z0-9_.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")
_SCHEMES = {"http": "http", "https": "https", "ws": "http", "wss": "https"}
FALLBACK = "localhost"


def base_url(scope: Any) -> str:
    """Of an ASGI connection: `https://games.example.com`, without a slash at its end."""
    if settings.PUBLIC_URL:
        return str(settings.PUBLIC_URL.rstrip("/"))
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    asked = (scope.get("scheme", "http"), headers.get(b"host", ""))
    if settings.TRUSTED_HOPS and is_proxy(read_address((scope.get("client") or ("",))[0])):
        asked = (
            _outermost(headers.get(b"x-forwarded-proto", "")) or asked[0],
            _outermost(headers.get(b"x-forwarded-host", "")) or asked[1],
        )
    return _joined(*asked)


def _outermost(value: str) -> str:
    """Of what several proxies wrote: the one that the client spoke to wrote first."""
    return value.partition(",")[0].strip()


@lru_cache(maxsize=1000)
def _joined(scheme: str, host: str) -> str:
    """One text for all sockets of one host."""
    return f"{_SCHEMES.get(scheme.lower(), 'http')}://{host if _HOST.fullmatch(host) else FALLBACK}"
